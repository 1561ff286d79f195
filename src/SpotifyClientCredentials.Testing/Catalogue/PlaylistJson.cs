using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>Creates the Web API's playlists, without their items: only a user's token may read them.</summary>
internal sealed class PlaylistJson(CatalogueContext context) : ObjectJson(context)
{
    private const string Owner = "breakwaterradio";

    public JsonObject Playlist(Playlist playlist) => Metadata(playlist).With(new() { ["followers"] = Followers(57) });

    public JsonObject SimplePlaylist(Playlist playlist) => Metadata(playlist)
        .With(new() { ["items"] = Items(playlist, "items") })
        .With(OnlyExtended(new() { ["tracks"] = Items(playlist, "tracks") }));

    private JsonObject Metadata(Playlist playlist) => Identity("playlist", playlist).With(new()
    {
        ["collaborative"] = false,
        ["description"] = playlist.Description,
        ["images"] = Images(playlist.Id),
        ["owner"] = new JsonObject
        {
            ["display_name"] = "Breakwater Radio",
            ["external_urls"] = ExternalUrls("user", Owner),
            ["href"] = Context.GetHref($"users/{Owner}"),
            ["id"] = Owner,
            ["type"] = "user",
            ["uri"] = $"spotify:user:{Owner}",
        },
        ["public"] = true,
        ["snapshot_id"] = "AAAAAQqQ3mVwT0h9b8Zr5Uo1KfYx2LdS",
    });

    private JsonObject Items(Playlist playlist, string list) =>
        new() { ["href"] = Context.GetHref($"playlists/{playlist.Id}/{list}"), ["total"] = playlist.ItemCount };
}
