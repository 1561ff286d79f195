namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Lets time pass for a call that waits over an outage, and never while a request is in flight.</summary>
internal static class Backoffs
{
    /// <summary>Makes a call, and advances the clock by each backoff (event 3) that it waits for, until it ends.</summary>
    public static async Task<T> PassAsync<T>(this RecordingLoggerProvider logs, TestClock clock, Func<Task<T>> call)
    {
        int passed = logs.Events(3).Count();
        int changed = clock.TimersChanged;
        for (Task<T> calling = call(); ; passed++)
        {
            await Soon.UntilAsync(() => calling.IsCompleted || (clock.TimersChanged > changed && logs.Events(3).Count() > passed));
            if (calling.IsCompleted)
            {
                return await calling;
            }

            changed = clock.TimersChanged;
            clock.Advance(logs.Events(3).ElementAt(passed).Value<TimeSpan>("Backoff"));
        }
    }
}
