namespace SpotifyClientCredentials.Soak;

/// <summary>Looks ten times a second whether a token could exist, and how late it is: the machine's doing, and why the verdict has a slack.</summary>
internal sealed class Samples(ServerRecord record)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private int _taken;
    private int _withoutToken;

    public double ShareWithoutToken => (double)_withoutToken / Math.Max(1, _taken);

    public TimeSpan Latest { get; private set; }

    public async Task TakeAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan due = record.Now + Interval;
            await Task.Delay(Interval, TimeProvider.System, CancellationToken.None);
            TimeSpan now = record.Now;
            Latest = now - due > Latest ? now - due : Latest;
            _taken++;
            _withoutToken += record.ExplainsNoToken(now, now) ? 1 : 0;
        }
    }
}
