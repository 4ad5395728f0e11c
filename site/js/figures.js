// Makes the figures of a page respond; without it they are pictures with a table.
import { hydrate } from "./figure.js";

hydrate(document);
