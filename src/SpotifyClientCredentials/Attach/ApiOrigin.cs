
namespace SpotifyClientCredentials.Attach;

/// <summary>Scheme, host and port of the Web API: the only origin that a token is sent to.</summary>
internal sealed class ApiOrigin(Uri apiBaseAddress)
{
    // Ends in a slash, so that neither https://api.spotify.com.evil.example nor https://api.spotify.com@evil.example begins with it.
    private readonly string _prefix = apiBaseAddress.GetLeftPart(UriPartial.Authority) + "/";
    private readonly string _scheme = apiBaseAddress.Scheme;
    private readonly string _host = apiBaseAddress.IdnHost;
    private readonly int _port = apiBaseAddress.Port;

    /// <summary>Spotify's own.</summary>
    public static ApiOrigin Default { get; } = new(new SpotifyClientCredentialsOptions().ApiBaseAddress);

    public bool Contains(Uri? uri) =>
        uri is not null
        // Reading Uri.Host allocates; nearly every request of a typed client is settled by this look at the text.
        && (uri.OriginalString.StartsWith(_prefix, StringComparison.Ordinal) || ContainsParsed(uri));

    private bool ContainsParsed(Uri uri) =>
        uri.IsAbsoluteUri && uri.Scheme == _scheme && uri.Port == _port && uri.IdnHost == _host;
}
