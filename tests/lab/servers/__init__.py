"""Echo servers as people write them: none of them knows wsdoctor."""
