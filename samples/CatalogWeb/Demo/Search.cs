using Microsoft.AspNetCore.Http.HttpResults;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

namespace CatalogWeb.Demo;

/// <summary>Responds to <c>GET /api/search?q=</c> with tracks grouped by album, in the order in which Spotify returns them.</summary>
internal static class Search
{
    private const int MinCoverWidth = 300;

    public static async Task<Results<Ok<SearchResults>, ProblemHttpResult>> RespondAsync(
        string? q, SpotifyCatalogue catalogue, Traffic traffic, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(q))
        {
            return TypedResults.Problem("Enter a word to search for.", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            IReadOnlyList<Track> tracks = await catalogue.SearchTracksAsync(q.Trim(), context.RequestAborted);
            bool isFake = context.RequestServices.GetService<FakeSpotify>() is not null;
            return TypedResults.Ok(new SearchResults([.. tracks.GroupBy(track => track.Album.Id).Select(album => CreateAlbum([.. album], isFake))]));
        }
        catch (Exception e) when (Failure.From(e) is { } failure)
        {
            traffic.CallFailed();
            if (e is not TokenRequestException) // already reported when the token was requested
            {
                traffic.ErrorOccurred(failure.Message);
            }

            return failure.ToResult(context.Response);
        }
    }

    private static FoundAlbum CreateAlbum(Track[] tracks, bool isFake)
    {
        Album album = tracks[0].Album;
        Image? cover = album.Images.LastOrDefault(image => image.Width is null or >= MinCoverWidth)
            ?? (album.Images is [Image widest, ..] ? widest : null);
        return new FoundAlbum(
            album.Name,
            string.Join(", ", album.Artists.Select(artist => artist.Name)),
            album.ReleaseDate?.Split('-')[0],
            cover?.Url,
            isFake ? null : album.ExternalUrls.Spotify, // invented albums have no page on Spotify
            [.. tracks.Select(track => new FoundTrack(track.Name, track.DurationMs / 1_000))]);
    }
}

internal sealed record SearchResults(IReadOnlyList<FoundAlbum> Albums);

internal sealed record FoundAlbum(string Name, string Artists, string? Year, Uri? Cover, Uri? Page, IReadOnlyList<FoundTrack> Tracks);

internal sealed record FoundTrack(string Name, int Seconds);
