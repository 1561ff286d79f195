namespace SpotifyClientCredentials.Testing.Catalogue;

internal sealed record Artist(string Id, string Name, string Genre);

internal sealed record Album(string Id, string Name, string AlbumType, string ReleaseDate, Artist Artist);

internal sealed record Track(string Id, string Name, int DurationMs, int Number, Album Album);

internal sealed record Show(string Id, string Name, string Description);

internal sealed record Episode(string Id, string Name, string Description, int DurationMs, string ReleaseDate, Show Show);

/// <summary>The invented music and podcasts that the fake Web API serves.</summary>
internal static class CatalogueData
{
    private static readonly Artist Marrowick = new("6f7xN7bSNPKoafBg1Xd6MJ", "Velda Marrowick", "lantern folk");
    private static readonly Artist Almanacs = new("4IMErWI2WT7UxBNutRDOPD", "The Tin Almanacs", "weather pop");
    private static readonly Artist Osk = new("0mayc42Rj00ryCgXZ7PSXe", "Osk & the Lanterneers", "lantern folk");

    private static readonly Album SmallClocks = new("5GoNNzcUDBJEUYqXDJMBBY", "Harbour of Small Clocks", "album", "2019-03-15", Marrowick);
    private static readonly Album Kettles = new("6k6RZnE7NPWIBRuKdLUjYL", "Nine Borrowed Kettles", "single", "2021-10-01", Marrowick);
    private static readonly Album Barometer = new("0yLUwfL3c3fYogH553Wvtc", "Barometer Sundays", "album", "2017-06-09", Almanacs);
    private static readonly Album Night = new("2ItIQ2wQRrpaBpCbAoBmMW", "A Lantern for the Night Ferry", "album", "2023-11-24", Osk);

    private static readonly Show Tides = new(
        "0limEK7GPJiJYIbEPB298x", "Tide Table Talk", "Two harbour pilots read the tide tables and lose the thread.");
    private static readonly Show Attic = new(
        "23xFR5vBCVO2D7bLbLHmkG", "Instruments from the Attic", "One neglected instrument a month, taken apart and played.");

    public static IReadOnlyList<Artist> Artists { get; } = [Marrowick, Almanacs, Osk];

    public static IReadOnlyList<Album> Albums { get; } = [SmallClocks, Kettles, Barometer, Night];

    public static IReadOnlyList<Track> Tracks { get; } =
    [
        new("4cOdK2wGLETKBW3PvgPWqT", "Never Late for the Tide", 213_573, 1, SmallClocks), // the example id in Spotify's documentation
        new("1shdxVNDNlEXxDplgHlus0", "The Clockmaker's Umbrella", 187_040, 2, SmallClocks),
        new("5IzCOIGIXtDBWjMItbgofI", "Salt in the Pendulum", 242_906, 3, SmallClocks),
        new("5zYNq7aGNaQIQVIWW2WGW4", "Quarter Past the Lighthouse", 201_333, 4, SmallClocks),
        new("0RGHynOA1tvkn3aKBtcacX", "Nine Borrowed Kettles", 174_200, 1, Kettles),
        new("0WTBpY054G46TSKrZyUZqP", "Return the Kettles", 159_866, 2, Kettles),
        new("7NRrKMC5CmtZ20X2rDAXOk", "Low over the Allotments", 226_480, 1, Barometer),
        new("5v4FLZMXodBtpW7tiFu0O3", "Change, Then Fair", 198_613, 2, Barometer),
        new("7ki3juc8XkgtdOEFsrfTWc", "Postcard to a Weathervane", 233_120, 3, Barometer),
        new("221imhZVb4xNxueu2sjBsr", "All Lanterns to the Pier", 205_746, 1, Night),
        new("0LWuX6RGJIXNDsAPuQLOcg", "The Night Ferry Keeps Its Own Time", 261_000, 2, Night),
        new("5RwfHebfghfyVYB5aqQic2", "Wick and Tallow", 149_053, 3, Night),
        new("5zCPclcQCT1RB5jTl3EaTy", "A Tide without a Table", 219_400, 4, Night),
    ];

    public static IReadOnlyList<Show> Shows { get; } = [Tides, Attic];

    public static IReadOnlyList<Episode> Episodes { get; } =
    [
        new("1KuKgseNGIVilLRmPJncIb", "High Water at Breakfast", "The pilots agree on nothing but toast.", 1_814_000, "2026-09-02", Tides),
        new("5WPJTOQ7GROwWHqLpcSPlG", "The Neap of Good Hope", "A listener asks why the sea was shut.", 2_046_000, "2026-10-07", Tides),
        new("4pZbzXeht8CaeV8iglJxsn", "The Steam Zither", "It needs coal, and an apology.", 2_532_000, "2026-08-19", Attic),
    ];
}
