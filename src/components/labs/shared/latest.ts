// One query in flight at a time, and only the newest of those asked for meanwhile: what a pointer that
// moves faster than the worker answers needs. Knows nothing of what is asked.

/**
 * Wraps a query. A call while one is in flight replaces the call that waits; `take` gets the answers
 * in the order asked. `failed` gets the errors.
 */
export function latestOnly<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  take: (answer: Answer, question: Question) => void,
  failed: (error: unknown) => void,
): (question: Question) => void {
  let busy = false;
  let waiting: { readonly question: Question } | null = null;

  const go = async (first: Question): Promise<void> => {
    busy = true;
    let next: { readonly question: Question } | null = { question: first };
    while (next) {
      const { question } = next;
      try {
        take(await ask(question), question);
      } catch (error) {
        failed(error);
      }
      next = waiting;
      waiting = null;
    }
    busy = false;
  };

  return (question) => {
    if (busy) waiting = { question };
    else void go(question);
  };
}
