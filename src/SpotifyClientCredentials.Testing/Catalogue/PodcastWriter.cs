using System.Text.Json;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>Writes shows and episodes as the Web API's JSON.</summary>
internal sealed class PodcastWriter(Uri apiBaseAddress) : ObjectWriter(apiBaseAddress)
{
    public void WriteShow(Utf8JsonWriter json, Show show)
    {
        WriteSimpleShow(json, show);
        json.WriteStartObject("episodes");
        new Page(0, 50).Write(json, GetHref($"shows/{show.Id}/episodes"), EpisodesOf(show), WriteSimpleEpisode);
        json.WriteEndObject();
    }

    public void WriteSimpleShow(Utf8JsonWriter json, Show show)
    {
        WriteEmptyArray(json, "copyrights");
        WriteDescription(json, show.Description);
        WriteIdentity(json, "show", show.Id, show.Name);
        WriteImages(json, show.Id);
        json.WriteString("media_type", "audio");
        json.WriteNumber("total_episodes", EpisodesOf(show).Count);
    }

    public void WriteEpisode(Utf8JsonWriter json, Episode episode)
    {
        WriteSimpleEpisode(json, episode);
        json.WriteStartObject("show");
        WriteSimpleShow(json, episode.Show);
        json.WriteEndObject();
    }

    public void WriteSimpleEpisode(Utf8JsonWriter json, Episode episode)
    {
        json.WriteNull("audio_preview_url");
        WriteDescription(json, episode.Description);
        json.WriteNumber("duration_ms", episode.DurationMs);
        WriteIdentity(json, "episode", episode.Id, episode.Name);
        WriteImages(json, episode.Show.Id);
        json.WriteBoolean("is_playable", true);
        WriteDate(json, episode.ReleaseDate);
    }

    public static IReadOnlyList<Episode> EpisodesOf(Show show) => [.. CatalogueData.Episodes.Where(episode => episode.Show == show)];

    private static void WriteDescription(Utf8JsonWriter json, string description)
    {
        json.WriteString("description", description);
        json.WriteBoolean("explicit", false);
        json.WriteString("html_description", $"<p>{description}</p>");
        json.WriteBoolean("is_externally_hosted", false);
        json.WriteStartArray("languages");
        json.WriteStringValue("en");
        json.WriteEndArray();
    }
}
