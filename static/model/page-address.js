// Addresses of the pages.

const path = (run) => `/runs/${encodeURIComponent(run)}`;

// withQuery appends what of a query is known.
export function withQuery(address, query) {
  const known = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  const text = new URLSearchParams(known).toString();
  return text ? `${address}?${text}` : address;
}

// A step of null is the newest, which an address does not name.
export const dashboardAddress = (run, query = {}) => withQuery(path(run), query);
export const unitAddress = (run, level, unit, query = {}) => withQuery(`${path(run)}/units/${level}/${unit}`, query);
export const filmAddress = (run, level, query = {}) => withQuery(`${path(run)}/film/${level}`, query);
export const drawingAddress = (run, query = {}) => withQuery(`${path(run)}/drawing`, query);
export const lessonAddress = (run, query = {}) => withQuery(`${path(run)}/lesson`, query);
export const evaluationAddress = (run, query = {}) => withQuery(`${path(run)}/evaluation`, query);
