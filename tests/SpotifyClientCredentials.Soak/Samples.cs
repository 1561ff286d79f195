namespace SpotifyClientCredentials.Soak;

/// <summary>Samples ten times a second whether a token could exist, and how late the sample is. Delays of the machine are the reason for <see cref="SoakSettings.Slack"/>.</summary>
internal sealed class Samples(ServerRecord record)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private int _taken;
    private int _withoutToken;

    public double ShareWithoutToken => (double)_withoutToken / Math.Max(1, _taken);

    public TimeSpan MaxDelay { get; private set; }

    public async Task TakeAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan due = record.Now + Interval;
            await Task.Delay(Interval, TimeProvider.System, CancellationToken.None);
            TimeSpan now = record.Now;
            MaxDelay = now - due > MaxDelay ? now - due : MaxDelay;
            _taken++;
            _withoutToken += record.ExplainsNoToken(now, now) ? 1 : 0;
        }
    }
}
