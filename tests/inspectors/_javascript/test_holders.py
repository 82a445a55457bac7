import pytest

from wsdoctor.inspectors._javascript.holders import bound_in


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import got from 'got'", {"got"}),
        ("import type { A } from \"./a\";\nimport b, { c as d } from '../b'", {"type", "A", "b", "c", "as", "d"}),
        ("import * as api from '@/api'", {"as", "api"}),
        ("export { get } from '~/http'", {"get"}),
        ("import { important } from '$lib/a'", {"important"}),
        ("import React from 'react'; import { Link } from 'react-router'", set()),
        ("const { get } = require('http')", {"get"}),
        ("let connect = require('./connect').default", {"connect"}),
        ("const { start } = await import('./start')", {"start", "await"}),
        ("run(require('./task'))", set()),
        ("const fs = require('fs')", set()),
        ("const api = axios.create()", {"api"}),
        ("let x: Api = useApi()", {"x"}),
        ("const x = inject(Api); const y = inject(Http)", {"x"}),
        ("constructor(private http: HttpClient) {}", {"http"}),
        ("const open = () => new XMLHttpRequest()", {"open"}),
        ("const asked = ky\nfor (const got of all) {}", {"asked"}),
        ("const dispatch = useAppDispatch()\nconst go = useNavigate()\nconst { t } = useTranslation('a')", set()),
        ("const reuse = reuseIt(); const maxios = 1", set()),
        ("export default x; from './y'", set()),
        ("import {" + " a," * 2000 + "b } from './all'", set()),
    ],
)
def test_names_that_a_script_binds(code: str, names: set[str]) -> None:
    assert bound_in(code.encode()) == names


def test_names_of_libraries_that_are_known_not_to_stand_in_it() -> None:
    code = b"const a = axios; const b = useApi()"
    assert bound_in(code) == {"a"}
    assert bound_in(b"const a = ky\n" + code, named=False) == {"a"}
