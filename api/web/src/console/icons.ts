/** The console's own line icons, on a grid of 24: the path data of each. */
export const icons = {
  floor: "M3 21V8l9-5 9 5v13M7 21v-8h10v8M7 17h10",
  orders: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  devices: "M4 9h16v8H4zM7 9V4h10v5M8 17v4h8v-4M17 12.5h.01",
  stock: "M3 7.5 12 3l9 4.5v9L12 21l-9-4.5zM3 7.5l9 4.5 9-4.5M12 12v9",
  figures: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2 .8 3.2 2.6 3.5 5.5",
  alarm: "M12 4 2.5 20h19zM12 10v5M12 17.5h.01",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4 12H2M22 12h-2M5 5l1.5 1.5M17.5 17.5 19 19M19 5l-1.5 1.5M6.5 17.5 5 19",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
  leave: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  next: "M9 5l7 7-7 7",
  back: "M15 5l-7 7 7 7",
  check: "M4 12.5 9.5 18 20 7",
  repeat: "M4 11a8 8 0 0 1 14-4.5L20 9M20 4v5h-5M20 13a8 8 0 0 1-14 4.5L4 15M4 20v-5h5",
  heat: "M12 3c1 4 5 5.5 5 10.5a5 5 0 0 1-10 0C7 10 10 9 10 6c1.5.5 2 2 2 3",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  truck: "M2 6h12v10H2zM14 9.5h4l3.5 3.5v3H14M6.5 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17.5 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  printer: "M7 8V3h10v5M5 8h14a2 2 0 0 1 2 2v7h-4M7 17H3v-7a2 2 0 0 1 2-2M7 14h10v7H7z",
  flag: "M5 21V4h13l-3 4.5L18 13H5",
} as const;

export type Icon = keyof typeof icons;
