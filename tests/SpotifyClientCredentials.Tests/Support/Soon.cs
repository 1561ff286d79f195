namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Waits for another thread, with a time limit that is reached only if something hangs.</summary>
internal static class Soon
{
    public static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(HangLimit);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }
    }

    public static Task Within(this Task task) => task.WaitAsync(HangLimit);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(HangLimit);
}
