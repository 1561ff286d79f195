namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>The invented music, podcasts, audiobooks and playlists that the fake Web API serves.</summary>
internal static class CatalogueData
{
    private static readonly Artist Marrowick = new("6f7xN7bSNPKoafBg1Xd6MJ", "Velda Marrowick", "lantern folk");
    private static readonly Artist Almanacs = new("4IMErWI2WT7UxBNutRDOPD", "The Tin Almanacs", "weather pop");
    private static readonly Artist Osk = new("0mayc42Rj00ryCgXZ7PSXe", "Osk & the Lanterneers", "lantern folk");

    private static readonly Album SmallClocks = new("5GoNNzcUDBJEUYqXDJMBBY", "Harbour of Small Clocks", "album", "2019-03-15", "4099900000015", Marrowick);
    private static readonly Album Kettles = new("6k6RZnE7NPWIBRuKdLUjYL", "Nine Borrowed Kettles", "single", "2021-10-01", "4099900000022", Marrowick);
    private static readonly Album Barometer = new("0yLUwfL3c3fYogH553Wvtc", "Barometer Sundays", "album", "2017-06-09", "4099900000039", Almanacs);
    private static readonly Album Night = new("2ItIQ2wQRrpaBpCbAoBmMW", "A Lantern for the Night Ferry", "album", "2023-11-24", "4099900000046", Osk);
    private static readonly Album Forecasts = new("3hQ9xUeTq0VnWm2kRdYc7L", "All the Forecasts", "compilation", "2024-02-02", "4099900000053", Almanacs);

    private static readonly Show Tides = new(
        "0limEK7GPJiJYIbEPB298x", "Tide Table Talk", "Two harbour pilots read the tide tables and lose the thread.");
    private static readonly Show Attic = new(
        "23xFR5vBCVO2D7bLbLHmkG", "Instruments from the Attic", "One neglected instrument a month, taken apart and played.");

    private static readonly Audiobook Pilot = new(
        "7iHfbu1YPACw6oZPAFJtqe", // the example id in Spotify's documentation
        "The Pilot Who Could Not Swim",
        "A novel of two harbours and one boat.",
        "Ansel Quillby",
        "Mira Tolland",
        "2025-05-16");

    public static IReadOnlyList<string> Markets { get; } = ["AU", "CA", "DE", "GB", "SE", "US"];

    public static IReadOnlyList<Artist> Artists { get; } = [Marrowick, Almanacs, Osk];

    public static IReadOnlyList<Album> Albums { get; } = [SmallClocks, Kettles, Barometer, Night, Forecasts];

    public static IReadOnlyList<Track> Tracks { get; } =
    [
        new("4cOdK2wGLETKBW3PvgPWqT", "Never Late for the Tide", 213_573, 1, "QZFK41900001", SmallClocks), // the example id in Spotify's documentation
        new("1shdxVNDNlEXxDplgHlus0", "The Clockmaker's Umbrella", 187_040, 2, "QZFK41900002", SmallClocks),
        new("5IzCOIGIXtDBWjMItbgofI", "Salt in the Pendulum", 242_906, 3, "QZFK41900003", SmallClocks),
        new("5zYNq7aGNaQIQVIWW2WGW4", "Quarter Past the Lighthouse", 201_333, 4, "QZFK41900004", SmallClocks),
        new("0RGHynOA1tvkn3aKBtcacX", "Nine Borrowed Kettles", 174_200, 1, "QZFK41900005", Kettles),
        new("0WTBpY054G46TSKrZyUZqP", "Return the Kettles", 159_866, 2, "QZFK41900006", Kettles),
        new("7NRrKMC5CmtZ20X2rDAXOk", "Low over the Allotments", 226_480, 1, "QZFK41900007", Barometer),
        new("5v4FLZMXodBtpW7tiFu0O3", "Change, Then Fair", 198_613, 2, "QZFK41900008", Barometer),
        new("7ki3juc8XkgtdOEFsrfTWc", "Postcard to a Weathervane", 233_120, 3, "QZFK41900009", Barometer),
        new("221imhZVb4xNxueu2sjBsr", "All Lanterns to the Pier", 205_746, 1, "QZFK41900010", Night),
        new("0LWuX6RGJIXNDsAPuQLOcg", "The Night Ferry Keeps Its Own Time", 261_000, 2, "QZFK41900011", Night),
        new("5RwfHebfghfyVYB5aqQic2", "Wick and Tallow", 149_053, 3, "QZFK41900012", Night),
        new("5zCPclcQCT1RB5jTl3EaTy", "A Tide without a Table", 219_400, 4, "QZFK41900013", Night),
        new("1Yt6mCwH0oPzB8sNqLf4Ka", "Change, Then Fair", 198_613, 1, "QZFK41900014", Forecasts) { EarlierId = "6Jd2VxQrT9uEiZc3MnGb5S" },
        new("2Lk7pRvX4aSgE9wHyDt1Mq", "Fog on the Pier", 176_940, 2, "QZFK41900015", Forecasts, Guest: Marrowick),
    ];

    public static IReadOnlyList<Show> Shows { get; } = [Tides, Attic];

    public static IReadOnlyList<Episode> Episodes { get; } =
    [
        new("1KuKgseNGIVilLRmPJncIb", "High Water at Breakfast", "The pilots agree on nothing but toast.", 1_814_000, "2026-09-02", Tides),
        new("5WPJTOQ7GROwWHqLpcSPlG", "The Neap of Good Hope", "A listener asks why the sea was shut.", 2_046_000, "2026-10-07", Tides),
        new("4pZbzXeht8CaeV8iglJxsn", "The Steam Zither", "It needs coal, and an apology.", 2_532_000, "2026-08-19", Attic),
    ];

    public static IReadOnlyList<Audiobook> Audiobooks { get; } = [Pilot];

    public static IReadOnlyList<Chapter> Chapters { get; } =
    [
        new("5eKc2WzNv8QyTf6LmXo3Hb", "The Harbour at Four", "A lamp is lit, and nobody sleeps.", 1_322_000, 1, Pilot),
        new("0sBv9UjRq4DxPn7GkYw1Zt", "A Bell Below", "The pilot hears what the charts leave out.", 1_507_000, 2, Pilot),
        new("7rFm3AhEo6CiSl5JdVp8Xg", "Slack Water", "Everyone waits, and the sea takes its time.", 1_268_000, 3, Pilot),
    ];

    public static IReadOnlyList<Playlist> Playlists { get; } =
    [
        new("3cEYpjA9oz9GiPac4AsH4n", "Songs for a Slow Ferry", "Thirty minutes, if the wind agrees.", 9), // the example id in Spotify's documentation
        new("4uWt1NbKz7HaXr5MqCe9Yd", "Lantern Folk for Beginners", "Bring your own lantern.", 14),
    ];

    public static bool HasCover(string id) =>
        ((IEnumerable<CatalogueItem>)[.. Albums, .. Artists, .. Shows, .. Audiobooks, .. Playlists]).Any(item => item.Id == id);
}
