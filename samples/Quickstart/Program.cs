using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Quickstart;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

const string Usage = """
    Usage: dotnet run --project samples/Quickstart -- [TRACK-ID | --search WORDS | --help]

      TRACK-ID         Show one track: the 22 letters and digits after /track/ in its link.
      --search WORDS   Search for tracks.
      (nothing)        Do both, with an example.

    The credentials of your Spotify app are read from the environment variables Spotify__ClientId and
    Spotify__ClientSecret, or from user secrets. Without them, a local imitation of Spotify answers.
    """;

Console.OutputEncoding = Encoding.UTF8;
(string? trackId, string? words) = args switch
{
    [] => ("4cOdK2wGLETKBW3PvgPWqT", "lantern"),
    ["--search", .. string[] rest] when !rest.Any(word => word.StartsWith("--", StringComparison.Ordinal)) =>
        (null, string.Join(' ', rest).Trim()),
    [string id] when !id.StartsWith('-') => (id.Trim(), null),
    _ => ((string?)null, (string?)null),
};
if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage);
    return 0;
}

if (string.IsNullOrEmpty(trackId) && string.IsNullOrEmpty(words))
{
    return Fail($"These arguments make no sense: {string.Join(' ', args)}{Environment.NewLine}{Environment.NewLine}{Usage}");
}

try
{
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
    builder.Configuration.AddUserSecrets<Program>().AddEnvironmentVariables();

    // All that a Spotify app needs: credentials from the configuration section "Spotify", and a client whose requests carry their token.
    SpotifyClientCredentialsBuilder spotify = builder.Services.AddSpotifyClientCredentials();
    IHttpClientBuilder client = builder.Services.AddHttpClient<SpotifyApi>().AddSpotifyBearerToken();

    // For the last line of the output. Added last, these handlers are next to the wire and see what is really sent.
    int tokenRequests = 0;
    int apiCalls = 0;
    spotify.TokenClient.AddHttpMessageHandler(() => new CountingHandler(() => Interlocked.Increment(ref tokenRequests)));
    client.AddHttpMessageHandler(() => new CountingHandler(() => Interlocked.Increment(ref apiCalls)));

    // For a first try. Half of the credentials is a mistake, which the library reports, and no reason to imitate Spotify.
    IConfiguration settings = builder.Configuration.GetSection(SpotifyClientCredentialsOptions.SectionName);
    bool hasCredentials = !string.IsNullOrEmpty(settings["ClientId"]) || !string.IsNullOrEmpty(settings["ClientSecret"]);
    await using FakeSpotify? fake = hasCredentials ? null : await FakeSpotify.StartAsync();
    if (fake is not null)
    {
        builder.Services.AddSpotifyClientCredentials(fake.Configure);
        // No proxy could reach this machine's loopback.
        spotify.TokenClient.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false });
        client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false });
        Console.WriteLine($"""
            No credentials found, so this is FakeSpotify: a local imitation with an invented catalogue, at {fake.ApiBaseAddress}
            For the real Spotify, set the environment variables Spotify__ClientId and Spotify__ClientSecret.

            """);
    }

    using IHost host = builder.Build();
    SpotifyApi api = host.Services.GetRequiredService<SpotifyApi>();

    if (trackId is not null)
    {
        if (await api.GetTrackAsync(trackId) is not { } track)
        {
            return Fail($"Spotify has no track '{trackId}'. A track id is the 22 letters and digits after /track/ in the track's link.");
        }

        Show(track);
    }

    if (words is not null)
    {
        ShowResults(words, await api.SearchTracksAsync(words));
    }

    Console.WriteLine($"{Counted(tokenRequests, "token request")} served {Counted(apiCalls, "API call")}.");
    return 0;
}
catch (Exception e) when (Explain(e) is { } explanation)
{
    return Fail(explanation);
}

static void Show(Track track) => Console.WriteLine($"""
    Track     {track.Name}
    Artists   {Names(track.Artists)}
    Album     {track.Album.Name}
    Duration  {Duration(track)}

    """);

static void ShowResults(string words, IReadOnlyList<Track> tracks)
{
    Console.WriteLine(tracks.Count == 0 ? $"No tracks found for \"{words}\"." : $"Tracks found for \"{words}\":");
    foreach (Track track in tracks)
    {
        Console.WriteLine($"  {Duration(track),6}  {Shortened(track.Name),-36}  {Names(track.Artists)}");
    }

    Console.WriteLine();
}

static string Names(IEnumerable<Artist> artists) => string.Join(", ", artists.Select(artist => artist.Name));

static string Duration(Track track) => $"{track.DurationMs / 60_000}:{track.DurationMs / 1_000 % 60:00}";

static string Shortened(string name) => name.Length <= 36 ? name : $"{name[..35]}…";

static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 1;
}

// What the person who runs this can do something about. Anything else is a defect, and its stack trace is wanted.
static string? Explain(Exception exception) => exception switch
{
    OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
    InvalidDataException => $"{exception.Message} Correct this file.",
    TokenRequestException { IsTransient: false } => exception.Message,
    TokenRequestException => $"{exception.Message}{Environment.NewLine}Check the network connection, or try again later.",
    HttpRequestException { StatusCode: HttpStatusCode.BadRequest } => "Spotify cannot search for these words (400). Try others.",
    HttpRequestException { StatusCode: HttpStatusCode.Forbidden } =>
        "Spotify refuses this app (403). As long as an app is in development mode, its owner needs Spotify Premium.",
    HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } =>
        "This app has reached Spotify's rate limit (429). Try again later.",
    HttpRequestException { StatusCode: { } status } => $"The Spotify Web API answered {(int)status} ({status}). Try again later.",
    HttpRequestException or TaskCanceledException =>
        $"The Spotify Web API cannot be reached: {exception.Message}{Environment.NewLine}Check the network connection, or try again later.",
    JsonException =>
        $"What answered is not the Spotify Web API: {exception.Message} Check the network connection and Spotify:ApiBaseAddress.",
    _ => null,
};

internal sealed class CountingHandler(Action count) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        count();
        return base.SendAsync(request, cancellationToken);
    }
}
