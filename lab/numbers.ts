// Possible phone numbers of the United States, seven and a half million to an area. The lab sends no message to them.
const AREAS = ['201', '202', '203', '205', '206', '207', '208', '209', '210', '212'] as const;
const EXCHANGES_FROM = 230;
const EXCHANGES = 680;

/** The number at this place of the plan; neighbours differ by one. */
export function numberAt(place: number): string {
  const exchange = Math.floor(place / 10_000);
  const area = AREAS[Math.floor(exchange / EXCHANGES) % AREAS.length] ?? AREAS[0];
  return `+1${area}${EXCHANGES_FROM + (exchange % EXCHANGES)}${String(place % 10_000).padStart(4, '0')}`;
}

/** Places of the plan. */
export const PLACES = AREAS.length * EXCHANGES * 10_000;
