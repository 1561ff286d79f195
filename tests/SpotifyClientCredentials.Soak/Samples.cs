namespace SpotifyClientCredentials.Soak;

/// <summary>
/// Samples ten times a second whether a token could exist, how late the machine runs a thread, and how late the thread pool runs its work. Delays
/// of the machine are the reason for <see cref="SoakSettings.Slack"/>; those of the pool also tell of callers that block it.
/// </summary>
internal sealed class Samples(ServerRecord record)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private int _taken;
    private int _withoutToken;
    private long _maxPoolDelayInTicks;

    public double ShareWithoutToken => (double)_withoutToken / Math.Max(1, _taken);

    public TimeSpan MaxDelay { get; private set; }

    public TimeSpan MaxPoolDelay => TimeSpan.FromTicks(Interlocked.Read(ref _maxPoolDelayInTicks));

    /// <summary>Takes them on a thread of its own.</summary>
    public Task TakeAsync(CancellationToken stop) =>
        Task.Factory.StartNew(() => Take(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Take(CancellationToken stop)
    {
        for (TimeSpan due = record.Now + Interval; !stop.WaitHandle.WaitOne(Interval); due = record.Now + Interval)
        {
            TimeSpan now = record.Now;
            MaxDelay = now - due > MaxDelay ? now - due : MaxDelay;
            _taken++;
            _withoutToken += record.ExplainsNoToken(now, now, mayWait: false) ? 1 : 0;
            ThreadPool.UnsafeQueueUserWorkItem(_ => NotePoolDelay(record.Now - now), null);
        }
    }

    private void NotePoolDelay(TimeSpan delay)
    {
        for (long max = MaxPoolDelay.Ticks; delay.Ticks > max; max = MaxPoolDelay.Ticks)
        {
            Interlocked.CompareExchange(ref _maxPoolDelayInTicks, delay.Ticks, max);
        }
    }
}
