using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Quickstart;

/// <summary>What this app asks the Spotify Web API. Nothing in here knows of tokens.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api</remarks>
internal sealed class SpotifyApi(HttpClient http)
{
    /// <returns>The track, or null where Spotify has none of that id.</returns>
    public async Task<Track?> GetTrackAsync(string id, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await http.GetAsync($"tracks/{Uri.EscapeDataString(id)}", cancellationToken);

        // 404: no such track. 400: not even an id.
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(SpotifyJson.Default.Track, cancellationToken);
    }

    /// <param name="words">What to look for.</param>
    /// <param name="limit">How many tracks to return at most: 1 to 10 for an app in development mode.</param>
    /// <param name="cancellationToken">Ends the call.</param>
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
