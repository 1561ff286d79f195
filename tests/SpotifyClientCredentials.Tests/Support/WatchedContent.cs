namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Response content that records whether it was disposed.</summary>
internal sealed class WatchedContent() : ByteArrayContent([1, 2, 3])
{
    public bool IsDisposed { get; private set; }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
