using System.Net;
using System.Text.Json.Serialization;

namespace CatalogWeb;

/// <summary>The calls to the Spotify Web API. This code doesn't handle tokens: the HttpClient adds them.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api</remarks>
internal sealed class SpotifyCatalogue(HttpClient http, TimeProvider timeProvider)
{
    private const int MaxLimitInDevelopmentMode = 10;

    /// <exception cref="RateLimitedException">Spotify's rate limit is exceeded.</exception>
    public async Task<IReadOnlyList<Track>> SearchTracksAsync(string words, CancellationToken cancellationToken)
    {
        string path = $"search?q={Uri.EscapeDataString(words)}&type=track&limit={MaxLimitInDevelopmentMode}";
        using HttpResponseMessage response = await http.GetAsync(path, cancellationToken);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            throw new RateLimitedException(Resilience.RetryAfter(response, timeProvider));
        }

        response.EnsureSuccessStatusCode();
        SearchResponse? result = await response.Content.ReadFromJsonAsync(SpotifyJson.Default.SearchResponse, cancellationToken);
        return result?.Tracks.Items ?? [];
    }
}

internal sealed class RateLimitedException(TimeSpan? retryAfter)
    : HttpRequestException("The Web API returned 429 (TooManyRequests).", inner: null, HttpStatusCode.TooManyRequests)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

internal sealed record Track(string Name, int DurationMs, Album Album);

internal sealed record Album(
    string Id, string Name, string? ReleaseDate, IReadOnlyList<Artist> Artists, IReadOnlyList<Image> Images, Links ExternalUrls);

internal sealed record Artist(string Name);

/// <param name="Url">The address of the image.</param>
/// <param name="Width">The width in pixels. Spotify lists the widest image first.</param>
internal sealed record Image(Uri Url, int? Width);

/// <param name="Spotify">The page on Spotify. Spotify requires a link to it wherever a cover is shown.</param>
internal sealed record Links(Uri? Spotify = null);

internal sealed record SearchResponse(TrackPage Tracks);

internal sealed record TrackPage(IReadOnlyList<Track> Items);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SearchResponse))]
internal sealed partial class SpotifyJson : JsonSerializerContext;
