using System.Reflection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Tests.Extensions8;

// Reads its settings from environment variables and writes results and log entries as lines.
IConfiguration configuration = new ConfigurationBuilder()
    .AddInMemoryCollection(Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Select(name => KeyValuePair.Create(name.Replace("__", ":", StringComparison.Ordinal), Environment.GetEnvironmentVariable(name))))
    .Build();

foreach (Type type in new[] { typeof(IDistributedCache), typeof(IHttpClientFactory), typeof(IServiceCollection), typeof(IOptions<>), typeof(ILogger), typeof(IConfiguration) })
{
    Print($"version {type.Assembly.GetName().Name}", type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
}

OneEntryCache store = new();
await using (ServiceProvider services = Build(services =>
{
    services.AddSingleton(configuration);
    services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
    services.ConfigureHttpClientDefaults(client => AddDefaults(client, "before"));
    services.AddSpotifyClientCredentials().TokenClient.AddDefaultLogger()
        .ConfigureHttpClient(client => client.DefaultRequestHeaders.Add("X-Own", "own"))
        .AddHttpMessageHandler(() => new HeaderHandler("X-Own-Handler"));
    services.AddSpotifyClientCredentials("second", configuration.GetSection("Second")).ShareToken(options => options.Cache = store);
    services.AddSpotifyClientCredentials("echo", configuration.GetSection("Echo"));
    services.AddHttpClient("api").AddSpotifyBearerToken();
    services.AddHttpClient("second").AddSpotifyBearerToken("second");
    services.AddHttpClient("echo").AddSpotifyBearerToken("echo");
    services.ConfigureHttpClientDefaults(client => AddDefaults(client, "after"));
}))
{
    services.GetRequiredService<IStartupValidator>().Validate();
    Print("start", "valid");
    Print("api", await GetAsync(services, "api"));
    Print("api again", await GetAsync(services, "api"));
    Print("second", await GetAsync(services, "second"));
    Print("stored", await store.Stored.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System));
    Print("echo", await GetAsync(services, "echo"));
    Print("plain", await GetAsync(services, "plain", new Uri(configuration["Spotify:ApiBaseAddress"]!)));
}

await using (ServiceProvider services = Build(services => services.AddSingleton(configuration).AddSpotifyClientCredentials("invalid", configuration.GetSection("Invalid"))))
{
    try
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        Print("invalid", "valid");
    }
    catch (OptionsValidationException e)
    {
        Print("invalid", string.Join(" | ", e.Failures));
    }
}

IConfiguration empty = new ConfigurationBuilder()
    .AddInMemoryCollection(typeof(SpotifyClientCredentialsOptions).GetProperties().SelectMany(property =>
        new[] { KeyValuePair.Create($"Null:{property.Name}", (string?)null), KeyValuePair.Create($"Empty:{property.Name}", (string?)"") }))
    .Build();
await using (ServiceProvider services = Build(services =>
{
    services.AddSpotifyClientCredentials("null", empty.GetSection("Null"));
    services.AddSpotifyClientCredentials("empty", empty.GetSection("Empty"));
    services.ConfigureAll<SpotifyClientCredentialsOptions>(options => (options.ClientId, options.ClientSecret) = ("id", "secret"));
}))
{
    services.GetRequiredService<IStartupValidator>().Validate();
    foreach (string name in new[] { "null", "empty" })
    {
        SpotifyClientCredentialsOptions options = services.GetRequiredService<IOptionsMonitor<SpotifyClientCredentialsOptions>>().Get(name);
        Print(name, $"{options.TokenEndpoint} {options.ApiBaseAddress} {options.RenewalWindow} {options.TokenRequestTimeout} {options.RequireHttps}");
    }
}

// What reaches every client but those of the token request.
static void AddDefaults(IHttpClientBuilder client, string moment) => client
    .AddDefaultLogger()
    .ConfigureHttpClient(client => client.DefaultRequestHeaders.Add($"X-Defaults-{moment}", "defaults"))
    .AddHttpMessageHandler(() => new HeaderHandler($"X-Defaults-Handler-{moment}"));

static ServiceProvider Build(Action<IServiceCollection> register)
{
    ServiceCollection services = new();
    services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new StandardOutputLoggerProvider()));
    register(services);
    return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
}

static async Task<string> GetAsync(ServiceProvider services, string client, Uri? baseAddress = null)
{
    const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";
    try
    {
        using HttpRequestMessage request = new(HttpMethod.Get, baseAddress is null ? new Uri(Track, UriKind.Relative) : new Uri(baseAddress, Track));
        request.Headers.Add("X-Shown", "shown");
        using HttpResponseMessage response = await services.GetRequiredService<IHttpClientFactory>().CreateClient(client).SendAsync(request);
        return ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
    catch (TokenRequestException e)
    {
        Print("exception", e.ToString());
        return $"{nameof(TokenRequestException)} {e.Error}";
    }
}

static void Print(string name, string value) => Console.WriteLine($"result {name}: {value.ReplaceLineEndings(" ")}");
