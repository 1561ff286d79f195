namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Endpoints that Spotify doesn't offer, or no longer offers, to an app whose token represents no user.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide</remarks>
internal static class WithdrawnEndpoints
{
    /// <returns>The error response, or null for any other endpoint.</returns>
    public static FakeResponse? GetError(string[] segments, QuotaMode quotaMode) => segments switch
    {
        ["me", ..] or ["playlists", _, "items"] => FakeResponse.UserRequired,
        ["users", _, ..] or ["playlists", _, "tracks"] => ApiError.Forbidden,
        ["recommendations", ..] or ["audio-features" or "audio-analysis", ..] or ["artists", _, "related-artists"] => ApiError.Forbidden,
        ["browse", "categories" or "featured-playlists", ..] => ApiError.Forbidden,
        _ => quotaMode == QuotaMode.Development && IsExtended(segments) ? ApiError.Forbidden : null,
    };

    private static bool IsExtended(string[] segments) => segments is
        ["tracks" or "albums" or "artists" or "shows" or "episodes" or "audiobooks" or "chapters"] // batch reads, ?ids=
        or ["markets"] or ["browse", "new-releases"] or ["artists", _, "top-tracks"];
}
