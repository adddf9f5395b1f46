/** The lessons in their order; their names are part of addresses. */
export const LESSONS = ['page', 'attention', 'budget'] as const;

export type LessonName = (typeof LESSONS)[number];

export function lessonOf(rest: string | null): LessonName | null {
  return LESSONS.find((name) => name === rest) ?? null;
}
