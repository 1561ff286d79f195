namespace SpotifyClientCredentials.Soak;

/// <summary>Where the client reads its secret. It can fail.</summary>
internal sealed class Vault
{
    private static readonly TimeSpan TimeToFail = TimeSpan.FromMilliseconds(300);

    private volatile string _secret = "";
    private volatile bool _isFailing;
    private int _failedReads;

    public string Secret
    {
        set => _secret = value;
    }

    public bool IsFailing
    {
        set => _isFailing = value;
    }

    public int FailedReads => Volatile.Read(ref _failedReads);

    public void Configure(SpotifyClientCredentialsOptions options)
    {
        if (_isFailing)
        {
            Interlocked.Increment(ref _failedReads);
            // Without a thread of the pool, which callers may have used up.
            CancellationToken.None.WaitHandle.WaitOne(TimeToFail);
            throw new InvalidOperationException("The vault doesn't respond.");
        }

        options.ClientSecret = _secret;
    }
}
