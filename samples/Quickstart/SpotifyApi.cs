using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Quickstart;

/// <summary>The calls to the Spotify Web API. This code doesn't handle tokens: the HttpClient adds them.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api</remarks>
internal sealed class SpotifyApi(HttpClient http)
{
    /// <returns>The track, or null if there is no track with that id.</returns>
    public async Task<Track?> GetTrackAsync(string id, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await http.GetAsync($"tracks/{Uri.EscapeDataString(id)}", cancellationToken);

        // 404: no such track. 400: not a valid id.
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(SpotifyJson.Default.Track, cancellationToken);
    }

    /// <param name="words">The words to search for.</param>
    /// <param name="limit">The maximum number of tracks to return, from 1 to 10 for an app in development mode.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<Track>> SearchTracksAsync(string words, int limit = 5, CancellationToken cancellationToken = default)
    {
        string path = $"search?q={Uri.EscapeDataString(words)}&type=track&limit={limit}";
        SearchResponse? response = await http.GetFromJsonAsync(path, SpotifyJson.Default.SearchResponse, cancellationToken);
        return response?.Tracks.Items ?? [];
    }
}

internal sealed record Track(string Name, IReadOnlyList<Artist> Artists, Album Album, int DurationMs);

internal sealed record Artist(string Name);

internal sealed record Album(string Name);

internal sealed record SearchResponse(TrackPage Tracks);

internal sealed record TrackPage(IReadOnlyList<Track> Items);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Track))]
[JsonSerializable(typeof(SearchResponse))]
internal sealed partial class SpotifyJson : JsonSerializerContext;
