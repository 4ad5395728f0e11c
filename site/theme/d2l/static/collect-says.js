// What a student's notebook says: which exercises of this book are in it, and whether they are passed, tried or untouched.
//
// An exercise is known by the code of its check, wherever a notebook comes from. It is passed if "My notebook" says that the
// student's browser saw it pass, or the output of the check does; it is tried if the code before the check is not the book's.

/** @typedef {"passed" | "tried" | "untouched"} State */
/** @typedef {{page: string, cell: string, check: string, answer: string}} Exercise */
/** @typedef {{page: string, states: Map<Exercise, State>, strange: number, ours: boolean}} Says its page, none if it has no exercise; checks that are not the book's */

/* exported d2lSays */
const d2lSays = (() => {
  /** @type {{exercises: string[][], passed: string[]}} */
  const held = JSON.parse(document.getElementById("collect")?.dataset.held ?? "");
  /** @type {Exercise[]} */
  const exercises = held.exercises.map(([page, cell, check, answer]) => ({ page, cell, check, answer }));
  const byCheck = new Map(exercises.map((exercise) => [exercise.check, exercise]));

  /** @type {(text: unknown) => string} */
  const textOf = (text) => (Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "").trimEnd();

  /** @type {(outputs: unknown) => boolean} */
  const shows = (outputs) => [outputs].flat().some((output) => {
    const lines = textOf(/** @type {any} */ (output)?.text).split("\n");
    return lines.some((line) => held.passed.some((words) => line.startsWith(words)));
  });

  // Without the chapter, and without what Moodle, Canvas and Blackboard add.
  /** @type {(name: string, page: string) => string} */
  const named = (name, page) => name
    .replace(/\.ipynb(\.json|\.txt)?$/i, "")
    .replace(new RegExp(`(^|[-_. ])(my-)?${page}(-(en|ko|both))?(-exercises)?( ?\\(\\d+\\)|-\\d{1,2})?(?=$|[-_. ])`, "i"), "$1")
    .replace(/(_\d+_assignsubmission_|(_late)?_\d{3,}_\d{3,}(?=_|$)).*$/i, "")
    .replace(/^(?:.*_)?([^_]+)_attempt_\d.*$/i, "$1")
    .replace(/^[-_. ]+|[-_. ]+$/g, "");

  return {
    exercises,

    /** @type {(notebook: any) => Says} */
    read({ cells, metadata }) {
      /** @type {Says} */
      const says = { page: "", states: new Map(), strange: 0, ours: Boolean(metadata?.d2l) };
      const browser = new Set(Object.values(metadata?.d2l?.browser_says_passed ?? {}));
      let before = "";
      for (const cell of cells) {
        const code = cell?.cell_type === "code" ? textOf(cell.source) : "";
        if (!code) continue;
        const hash = d2lKept.hash(code), exercise = byCheck.get(hash);
        if (exercise) {
          const passed = browser.has(hash) || shows(cell.outputs);
          says.states.set(exercise, passed ? "passed" : before === exercise.answer ? "untouched" : "tried");
          says.page ||= exercise.page;
        } else if ([cell.metadata?.tags].flat().includes("check")) {
          says.strange += 1;
        }
        before = hash;
      }
      return says;
    },

    // The student in the name of a file, else in that of its folder.
    /** @type {(path: string, page: string) => string} */
    student(path, page) {
      const [file, folder = ""] = path.split("/").reverse();
      return named(file, page) || named(folder, page) || file;
    },
  };
})();
