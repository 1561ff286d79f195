using System.Net;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>
/// Endpoints that Spotify doesn't offer, or no longer offers, to an app in development mode whose token represents no user.
/// </summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide</remarks>
internal static class WithdrawnEndpoints
{
    /// <returns>The error response, or null for any other endpoint.</returns>
    public static FakeResponse? GetError(string[] segments) => segments switch
    {
        // batch requests, ?ids=
        ["tracks" or "albums" or "artists" or "shows" or "episodes" or "audiobooks" or "chapters"] => ApiError.Forbidden,
        ["markets"] or ["browse", ..] or ["recommendations", ..] => ApiError.Forbidden,
        ["artists", _, "top-tracks" or "related-artists"] => ApiError.Forbidden,
        ["audio-features" or "audio-analysis", ..] => ApiError.Forbidden,
        ["me", ..] => ApiError.Create(HttpStatusCode.Unauthorized, "Valid user authentication required"),
        _ => null,
    };
}
