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
      (no arguments)   Do both, with example values.

    The sample reads the credentials of your Spotify app from the environment variables Spotify__ClientId
    and Spotify__ClientSecret, or from user secrets. Without credentials, it calls FakeSpotify, a local fake.
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
    return Fail($"Invalid arguments: {string.Join(' ', args)}{Environment.NewLine}{Environment.NewLine}{Usage}");
}

try
{
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
    builder.Configuration.AddUserSecrets<Program>().AddEnvironmentVariables();

    // All the setup that an app needs: credentials from the configuration section "Spotify", and a client that sends the token.
    SpotifyClientCredentialsBuilder spotify = builder.Services.AddSpotifyClientCredentials();
    IHttpClientBuilder client = builder.Services.AddHttpClient<SpotifyApi>().AddSpotifyBearerToken();

    // For the last line of the output. These handlers are added last, so they also count requests that are sent again.
    int tokenRequests = 0;
    int apiCalls = 0;
    spotify.TokenClient.AddHttpMessageHandler(() => new CountingHandler(() => Interlocked.Increment(ref tokenRequests)));
    client.AddHttpMessageHandler(() => new CountingHandler(() => Interlocked.Increment(ref apiCalls)));

    // Use FakeSpotify only if both credentials are missing. If only one is, the library reports it.
    IConfiguration settings = builder.Configuration.GetSection(SpotifyClientCredentialsOptions.SectionName);
    bool hasCredentials = !string.IsNullOrEmpty(settings["ClientId"]) || !string.IsNullOrEmpty(settings["ClientSecret"]);
    await using FakeSpotify? fake = hasCredentials ? null : await FakeSpotify.StartAsync();
    if (fake is not null)
    {
        builder.Services.AddSpotifyClientCredentials(fake.Configure);
        Console.WriteLine($"""
            No credentials found. Using FakeSpotify, a local fake with an invented catalogue, at {fake.ApiBaseAddress}
            To use the real Spotify, set the environment variables Spotify__ClientId and Spotify__ClientSecret.

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

    Console.WriteLine($"{Quantity(tokenRequests, "token request")} served {Quantity(apiCalls, "API call")}.");
    return 0;
}
catch (Exception e) when (Explain(e) is { } explanation)
{
    return Fail(explanation);
}

static void Show(Track track) => Console.WriteLine($"""
    Track     {track.Name}
    Artists   {JoinNames(track.Artists)}
    Album     {track.Album.Name}
    Duration  {FormatDuration(track)}

    """);

static void ShowResults(string words, IReadOnlyList<Track> tracks)
{
    Console.WriteLine(tracks.Count == 0 ? $"No tracks found for \"{words}\"." : $"Tracks found for \"{words}\":");
    foreach (Track track in tracks)
    {
        Console.WriteLine($"  {FormatDuration(track),6}  {Truncate(track.Name),-36}  {JoinNames(track.Artists)}");
    }

    Console.WriteLine();
}

static string JoinNames(IEnumerable<Artist> artists) => string.Join(", ", artists.Select(artist => artist.Name));

static string FormatDuration(Track track) => $"{track.DurationMs / 60_000}:{track.DurationMs / 1_000 % 60:00}";

static string Truncate(string name) => name.Length <= 36 ? name : $"{name[..35]}…";

static string Quantity(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 1;
}

// Explains the failures that the user can fix. Any other exception is a bug, and its stack trace is needed.
static string? Explain(Exception exception) => exception switch
{
    OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
    InvalidDataException => $"{exception.Message} Correct this file.",
    TokenRequestException { IsTransient: false } => exception.Message,
    TokenRequestException => $"{exception.Message}{Environment.NewLine}Check the network connection, or try again later.",
    HttpRequestException { StatusCode: HttpStatusCode.BadRequest } => "Spotify can't search for these words (400). Try different ones.",
    HttpRequestException { StatusCode: HttpStatusCode.Forbidden } =>
        "Spotify rejected this app (403). The owner of an app in development mode needs Spotify Premium.",
    HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } =>
        "This app has reached Spotify's rate limit (429). Try again later.",
    HttpRequestException { StatusCode: { } status } => $"The Spotify Web API returned {(int)status} ({status}). Try again later.",
    HttpRequestException or TaskCanceledException =>
        $"The Spotify Web API can't be reached: {exception.Message}{Environment.NewLine}Check the network connection, or try again later.",
    JsonException =>
        $"The server that responded is not the Spotify Web API: {exception.Message} Check the network connection and Spotify:ApiBaseAddress.",
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
