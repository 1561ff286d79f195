
namespace SpotifyClientCredentials.Cache;

/// <summary>For work of others that is cancelled, or no longer waited for.</summary>
internal static class AbandonedWork
{
    /// <summary>Keeps an exception that comes when nobody waits any more from being reported as one that nobody saw.</summary>
    public static void ObserveLate(this Task task) => _ = task.ContinueWith(
        static late => _ = late.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    public static void CancelQuietly(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // It ended by itself in the meantime; or a callback of somebody's handler threw, which must not keep whoever changes settings or
            // disposes from what he does.
        }
    }
}
