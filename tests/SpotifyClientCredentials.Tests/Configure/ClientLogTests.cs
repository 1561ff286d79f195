using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Logging;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>What the loggers of HTTP clients show at Trace.</summary>
public sealed class ClientLogTests : IAsyncLifetime, IDisposable
{
    private const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";
    private const string OwnAuthorization = "Custom own-value-of-the-user";

    private static readonly Dictionary<string, Action<IHttpClientBuilder>> Redactions = new()
    {
        [".NET's default"] = _ => { },
        ["names"] = client => client.RedactLoggedHeaders(["X-Private"]),
        ["predicate"] = client => client.RedactLoggedHeaders(name => name.StartsWith("X-P", StringComparison.Ordinal)),
        ["everything shown"] = client => client.RedactLoggedHeaders(_ => false),
    };

    private readonly RecordingLoggerProvider _log = new();
    private FakeSpotify _fake = null!;

    public static TheoryData<string> RedactionNames => [.. Redactions.Keys];

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Theory]
    [MemberData(nameof(RedactionNames))]
    public Task ClientLog_WithARedactionBeforeTheBearer_DiffersFromAPlainClientsInAuthorizationOnly(string redaction) => AssertSameButAuthorizationAsync(
        services =>
        {
            Redactions[redaction](services.AddHttpClient("plain"));
            Redactions[redaction](services.AddHttpClient("api"));
            services.AddHttpClient("api").AddSpotifyBearerToken();
        });

    [Theory]
    [MemberData(nameof(RedactionNames))]
    public Task ClientLog_WithARedactionAfterTheBearer_DiffersFromAPlainClientsInAuthorizationOnly(string redaction) => AssertSameButAuthorizationAsync(
        services =>
        {
            Redactions[redaction](services.AddHttpClient("plain"));
            Redactions[redaction](services.AddHttpClient("api").AddSpotifyBearerToken());
        });

    [Theory]
    [MemberData(nameof(RedactionNames))]
    public async Task ClientLog_WithBearerInDefaults_ShowsNoClientsAuthorization(string redaction)
    {
        await using ServiceProvider services = Build(services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
            Redactions[redaction](services.AddHttpClient("plain"));
        });

        await SendAsync(services, "plain", OwnAuthorization);

        Assert.Equal(["Authorization: *"], RequestHeaders("plain", "ClientHandler").Where(IsAuthorization));
        Assert.DoesNotContain("own-value-of-the-user", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenClientLog_ByDefault_IsEmpty()
    {
        await using ServiceProvider services = Build(services => services.AddHttpClient("api").AddSpotifyBearerToken());

        await SendAsync(services, "api", authorization: null);

        Assert.Single(_fake.TokenRequests);
        Assert.NotEmpty(RequestHeaders("api", "ClientHandler"));
        Assert.DoesNotContain(_log.Entries, IsFromTokenClient);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TokenClientLog_WithLoggersInDefaults_IsEmpty(bool areDefaultsFirst)
    {
        RecordingClientLogger logger = new();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
            if (areDefaultsFirst)
            {
                AddDefaults();
            }

            services.AddSpotifyClientCredentials(_fake.Configure);
            services.AddHttpClient("api").AddSpotifyBearerToken();
            if (!areDefaultsFirst)
            {
                AddDefaults();
            }

            void AddDefaults() => services.ConfigureHttpClientDefaults(client => client.AddDefaultLogger().AddLogger(_ => logger));
        });

        await SendAsync(services, "api", authorization: null);

        Assert.Single(_fake.TokenRequests);
        Assert.DoesNotContain(_log.Entries, IsFromTokenClient);
        Assert.Equal([Assert.Single(_fake.ApiRequests).RequestUri], logger.Addresses);
    }

    [Fact]
    public async Task TokenClientLog_WithALoggerOfTheApplications_GoesToThatLogger()
    {
        RecordingClientLogger logger = new();
        await using ServiceProvider services = Build(services => services.AddSpotifyClientCredentials().TokenClient.AddLogger(_ => logger));

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Equal([_fake.TokenEndpoint], logger.Addresses);
        Assert.DoesNotContain(_log.Entries, IsFromTokenClient);
    }

    [Theory]
    [MemberData(nameof(RedactionNames))]
    public async Task TokenClientLog_WithTheDefaultLogger_ShowsNoAuthorizationAndTheRestAsConfigured(string redaction)
    {
        await using ServiceProvider services = Build(services => Redactions[redaction](services.AddSpotifyClientCredentials().TokenClient.AddDefaultLogger()));

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        string[] headers = RequestHeaders(nameof(SpotifyClientCredentials), "ClientHandler");
        Assert.Equal(["Authorization: *"], headers.Where(IsAuthorization));
        Assert.Contains(redaction == ".NET's default" ? "Accept: *" : "Accept: application/json", headers);
        new SecretSearch().AddCredentials(_fake.ClientId, _fake.ClientSecret).AssertNoneIn(_log.Text);
    }

    [Fact]
    public async Task ClientLog_OfARequestWithItsOwnAuthorization_DoesNotShowIt()
    {
        await using ServiceProvider services = Build(services => services.AddHttpClient("api").AddSpotifyBearerToken().RedactLoggedHeaders(_ => false));

        await SendAsync(services, "api", OwnAuthorization);

        Assert.Equal(["Authorization: *"], RequestHeaders("api", "ClientHandler").Where(IsAuthorization));
        Assert.Equal(OwnAuthorization, Assert.Single(_fake.ApiRequests).Headers["Authorization"]);
    }

    private async Task AssertSameButAuthorizationAsync(Action<IServiceCollection> addClients)
    {
        await using ServiceProvider services = Build(addClients);
        _fake.ApiResponse = FakeResponse.Json("{}").WithHeader("X-Private", "1").WithHeader("X-Open", "2");

        await SendAsync(services, "plain", OwnAuthorization);
        await SendAsync(services, "api", authorization: null);

        foreach (string handler in new[] { "LogicalHandler", "ClientHandler" })
        {
            string[] plain = RequestHeaders("plain", handler);
            Assert.Equal(3, plain.Length);
            Assert.Equal(plain.Where(header => !IsAuthorization(header)), RequestHeaders("api", handler).Where(header => !IsAuthorization(header)));
            Assert.Equal(ResponseHeaders("plain", handler), ResponseHeaders("api", handler));
        }

        Assert.Equal(["Authorization: *"], RequestHeaders("api", "ClientHandler").Where(IsAuthorization));
        string token = (await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync()).Value;
        new SecretSearch().Add("token", token).AssertNoneIn(_log.Text);
    }

    private ServiceProvider Build(Action<IServiceCollection> register) => TestContainer.Build(services =>
    {
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
        services.AddSpotifyClientCredentials(_fake.Configure);
        register(services);
    });

    private async Task SendAsync(ServiceProvider services, string client, string? authorization)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_fake.ApiBaseAddress, Track));
        request.Headers.Add("X-Private", "1");
        request.Headers.Add("X-Open", "2");
        if (authorization is not null)
        {
            request.Headers.Add("Authorization", authorization);
        }

        using HttpResponseMessage response = await services.CreateClient(client).SendAsync(request);
    }

    private string[] RequestHeaders(string client, string handler) => [.. Lines(client, handler, "Request Headers:").Order(StringComparer.Ordinal)];

    private string[] ResponseHeaders(string client, string handler) =>
        [.. Lines(client, handler, "Response Headers:").Where(line => !line.StartsWith("Date:", StringComparison.Ordinal))];

    private IEnumerable<string> Lines(string client, string handler, string title) => _log.Entries
        .Where(entry => entry.Category == $"System.Net.Http.HttpClient.{client}.{handler}" && entry.Message.StartsWith(title, StringComparison.Ordinal))
        .SelectMany(entry => entry.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1));

    private static bool IsFromTokenClient(LogEntry entry) =>
        entry.Category.StartsWith($"System.Net.Http.HttpClient.{nameof(SpotifyClientCredentials)}", StringComparison.Ordinal);

    private static bool IsAuthorization(string header) => header.StartsWith("Authorization:", StringComparison.Ordinal);

    private sealed class RecordingClientLogger : IHttpClientLogger
    {
        private readonly ConcurrentQueue<Uri?> _addresses = new();

        public IEnumerable<Uri?> Addresses => [.. _addresses];

        public object? LogRequestStart(HttpRequestMessage request)
        {
            _addresses.Enqueue(request.RequestUri);
            return null;
        }

        public void LogRequestStop(object? context, HttpRequestMessage request, HttpResponseMessage response, TimeSpan elapsed)
        {
        }

        public void LogRequestFailed(object? context, HttpRequestMessage request, HttpResponseMessage? response, Exception exception, TimeSpan elapsed)
        {
        }
    }
}
