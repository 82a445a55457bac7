package config

import "os"

type Config struct{ Stream, Web string }

func FromEnv() Config { return Config{Stream: os.Getenv("STREAM_ADDR"), Web: os.Getenv("WEB_ADDR")} }
