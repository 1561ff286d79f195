using System.Net;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Endpoints that exist, but not, or no longer, for an application token in development mode.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide</remarks>
internal static class Withdrawn
{
    public static FakeResponse? Refuse(string[] segments) => segments switch
    {
        // batch reads, ?ids=
        ["tracks" or "albums" or "artists" or "shows" or "episodes" or "audiobooks" or "chapters"] => ApiError.Forbidden,
        ["markets"] or ["browse", ..] or ["recommendations", ..] => ApiError.Forbidden,
        ["artists", _, "top-tracks" or "related-artists"] => ApiError.Forbidden,
        ["audio-features" or "audio-analysis", ..] => ApiError.Forbidden,
        ["me", ..] => ApiError.Create(HttpStatusCode.Unauthorized, "Valid user authentication required"),
        _ => null,
    };
}
