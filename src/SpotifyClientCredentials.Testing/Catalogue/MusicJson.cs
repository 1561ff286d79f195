using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>Creates the Web API's artists, albums and tracks.</summary>
internal sealed class MusicJson(CatalogueContext context) : ObjectJson(context)
{
    public JsonObject Artist(Artist artist) => SimpleArtist(artist)
        .With(new() { ["genres"] = Strings(artist.Genre), ["images"] = Images(artist.Id) })
        .With(OnlyExtended(new() { ["followers"] = Followers(1204), ["popularity"] = 31 }));

    public JsonObject Album(Album album) => SimpleAlbum(album)
        .With(new()
        {
            ["copyrights"] = Copyrights(album.ReleaseDate, album.Artist.Name),
            ["external_ids"] = new JsonObject { ["upc"] = album.Upc },
            ["genres"] = new JsonArray(),
            ["tracks"] = new Page(0, 50).ToJson(Context.GetHref($"albums/{album.Id}/tracks"), album.Tracks, SimpleTrack),
        })
        .With(OnlyExtended(new() { ["label"] = "Breakwater Recordings", ["popularity"] = 28 }));

    public JsonObject SimpleAlbum(Album album) => Identity("album", album)
        .With(Date(album.ReleaseDate))
        .With(new()
        {
            ["album_type"] = album.AlbumType,
            ["artists"] = Array([album.Artist], SimpleArtist),
            ["images"] = Images(album.Id),
            ["total_tracks"] = album.Tracks.Count,
        })
        .With(AvailableMarkets());

    /// <summary>An album in the list of an artist's albums.</summary>
    public JsonObject AlbumOf(Artist artist, Album album) =>
        SimpleAlbum(album).With(OnlyExtended(new() { ["album_group"] = album.GetGroup(artist) }));

    public JsonObject Track(Track track) => SimpleTrack(track).With(new()
    {
        ["album"] = SimpleAlbum(track.Album),
        ["external_ids"] = new JsonObject { ["isrc"] = track.Isrc },
    }).With(OnlyExtended(new() { ["popularity"] = 24 }));

    /// <summary>A track that was requested by the id of its earlier release.</summary>
    /// <remarks>https://developer.spotify.com/documentation/web-api/concepts/track-relinking</remarks>
    public JsonObject RelinkedTrack(Track track) => Context.HasMarket
        ? Track(track).With(OnlyExtended(new() { ["linked_from"] = LinkedFrom(track) }))
        : Track(track with { Id = track.EarlierId! });

    public JsonObject SimpleTrack(Track track) => Identity("track", track)
        .With(new()
        {
            ["artists"] = Array(track.Artists, SimpleArtist),
            ["disc_number"] = 1,
            ["duration_ms"] = track.DurationMs,
            ["explicit"] = false,
            ["is_local"] = false,
            ["preview_url"] = null,
            ["track_number"] = track.Number,
        })
        .With(IsPlayable())
        .With(AvailableMarkets());

    private JsonObject LinkedFrom(Track track)
    {
        JsonObject earlier = Identity("track", track with { Id = track.EarlierId! });
        _ = earlier.Remove("name");
        return earlier;
    }

    private JsonObject SimpleArtist(Artist artist) => Identity("artist", artist);
}
