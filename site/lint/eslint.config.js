// The linter's rules for all JavaScript of the project. What a name is and whether it is there, the type checker knows.

import js from "@eslint/js";

const RULES = {
  "array-callback-return": "error",
  "default-case-last": "error",
  "dot-notation": "error",
  "eqeqeq": "error",
  "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
  "no-array-constructor": "error",
  "no-constructor-return": "error",
  "no-else-return": "error",
  "no-eval": "error",
  "no-extend-native": "error",
  "no-implied-eval": "error",
  "no-lonely-if": "error",
  "no-new-func": "error",
  "no-new-wrappers": "error",
  "no-object-constructor": "error",
  "no-param-reassign": "error",
  "no-promise-executor-return": "error",
  "no-self-compare": "error",
  "no-sequences": "error",
  "no-shadow": "error",
  "no-throw-literal": "error",
  "no-undef": "off",
  "no-undef-init": "error",
  "no-unmodified-loop-condition": "error",
  "no-unreachable-loop": "error",
  "no-unused-expressions": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_$" }],
  "no-useless-computed-key": "error",
  "no-useless-concat": "error",
  "no-useless-rename": "error",
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-arrow-callback": "error",
  "prefer-const": "error",
  "prefer-object-spread": "error",
  "prefer-promise-reject-errors": "error",
  "prefer-rest-params": "error",
  "prefer-template": "error",
  "require-await": "error",
};

export default [
  { ignores: ["_build/", ".venv/"] },
  js.configs.recommended,
  { rules: RULES, linterOptions: { reportUnusedDisableDirectives: "error" } },
  // Scripts: modules do not load on a page that is opened from a file.
  { files: ["site/js/*.js", "site/lite/*.js", "site/theme/**/*.js", "d2lparams/**/*.js"], languageOptions: { sourceType: "script" } },
];
