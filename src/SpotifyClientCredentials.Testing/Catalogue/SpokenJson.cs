using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>Creates the Web API's shows and episodes, audiobooks and chapters.</summary>
internal sealed class SpokenJson(CatalogueContext context) : ObjectJson(context)
{
    public JsonObject Show(Show show) => SimpleShow(show).With(new()
    {
        ["episodes"] = new Page(0, 50).ToJson(Context.GetHref($"shows/{show.Id}/episodes"), show.Episodes, SimpleEpisode),
    });

    public JsonObject SimpleShow(Show show) => Identity("show", show)
        .With(Description(show.Description))
        .With(Publication(show.Id, "2026", "Breakwater Audio"))
        .With(new() { ["is_externally_hosted"] = false, ["total_episodes"] = show.Episodes.Count });

    public JsonObject Episode(Episode episode) => SimpleEpisode(episode).With(new() { ["show"] = SimpleShow(episode.Show) });

    public JsonObject SimpleEpisode(Episode episode) => Identity("episode", episode)
        .With(Description(episode.Description))
        .With(Recording(episode.DurationMs, episode.ReleaseDate, episode.Show.Id))
        .With(new() { ["is_externally_hosted"] = false, ["language"] = "en" });

    public JsonObject Audiobook(Audiobook book) => SimpleAudiobook(book).With(new()
    {
        ["chapters"] = new Page(0, 50).ToJson(Context.GetHref($"audiobooks/{book.Id}/chapters"), book.Chapters, SimpleChapter),
    });

    public JsonObject SimpleAudiobook(Audiobook book) => Identity("audiobook", book)
        .With(Description(book.Description))
        .With(Publication(book.Id, book.ReleaseDate, book.Author))
        .With(new()
        {
            ["authors"] = new JsonArray(new JsonObject { ["name"] = book.Author }),
            ["edition"] = "Unabridged",
            ["narrators"] = new JsonArray(new JsonObject { ["name"] = book.Narrator }),
            ["total_chapters"] = book.Chapters.Count,
        });

    public JsonObject Chapter(Chapter chapter) => SimpleChapter(chapter).With(new() { ["audiobook"] = SimpleAudiobook(chapter.Audiobook) });

    public JsonObject SimpleChapter(Chapter chapter) => Identity("chapter", chapter)
        .With(Description(chapter.Description))
        .With(Recording(chapter.DurationMs, chapter.Audiobook.ReleaseDate, chapter.Audiobook.Id))
        .With(new() { ["chapter_number"] = chapter.Number })
        .With(AvailableMarkets());

    private JsonObject Publication(string id, string date, string owner) => new JsonObject
    {
        ["copyrights"] = Copyrights(date, owner),
        ["images"] = Images(id),
        ["media_type"] = "audio",
    }.With(AvailableMarkets()).With(OnlyExtended(new() { ["publisher"] = owner }));

    private JsonObject Recording(int durationMs, string releaseDate, string coverId) => new JsonObject
    {
        ["audio_preview_url"] = null,
        ["duration_ms"] = durationMs,
        ["images"] = Images(coverId),
    }.With(IsPlayable()).With(Date(releaseDate));

    private static JsonObject Description(string description) => new()
    {
        ["description"] = description,
        ["explicit"] = false,
        ["html_description"] = $"<p>{description}</p>",
        ["languages"] = Strings("en"),
    };
}
