// tfjs-wasm's own types use emscripten's global ones without naming them.
/// <reference types="emscripten" />
