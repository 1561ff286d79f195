using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Attach;

/// <summary>The scheme, host and port of the Web API: the only origin that a token is sent to.</summary>
internal static class ApiOrigin
{
    private static readonly Uri Default = new SpotifyClientCredentialsOptions().ApiBaseAddress;

    public static bool Contains(OptionsSnapshot options, Uri? uri) =>
        uri is not null
        // Reading Uri.Host allocates, and this comparison decides nearly every request of a typed client. The prefix ends in a slash, so that
        // neither https://api.spotify.com.evil.example nor https://api.spotify.com@evil.example starts with it.
        && (uri.OriginalString.StartsWith(options.ApiOriginPrefix, StringComparison.Ordinal) || AreSame(options.ApiBaseAddress, uri));

    /// <summary>Whether an address is one of Spotify's own Web API.</summary>
    public static bool IsDefault(Uri? uri) => uri is not null && AreSame(Default, uri);

    private static bool AreSame(Uri api, Uri uri) =>
        uri.IsAbsoluteUri && uri.Scheme == api.Scheme && uri.Port == api.Port && uri.IdnHost == api.IdnHost;
}
