import { call, json } from "./api.js";

// What the API tells of a drawing. A question is {run, step, …} with what is
// shown to the net: {strokes}, {pixels}, {test} or {drawing}; without a step it is
// about the newest weights.

const ask = (name) => (question, signal) => json(`/api/${name}`, { method: "POST", body: question, signal });

export const predict = ask("predict");
export const explain = ask("explain");
export const readBelief = ask("belief");
export const readNearest = ask("nearest");

// readDigit finds the digit of a picture's file.
export const readDigit = (file) => json("/api/picture", { method: "POST", file });

export const trainImageAddress = (index) => `/api/train/${index}.png`;

// The drawings that people have kept, with their labels.
export const listDrawings = async () => (await json("/api/drawings")).drawings;
export const keepDrawing = (drawing) => json("/api/drawings", { method: "POST", body: drawing });
export const removeDrawing = (id) => call(`/api/drawings/${encodeURIComponent(id)}`, { method: "DELETE" });
export const readDrawingsAccuracy = (run) => json(`/api/drawings/accuracy?${new URLSearchParams({ run })}`);
