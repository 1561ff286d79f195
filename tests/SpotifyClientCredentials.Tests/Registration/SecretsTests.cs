using System.Collections;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Registration;

/// <summary>Everything that the library shows of itself, searched for the secret, the Basic value and every token.</summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    private readonly SecretSearch _secrets = new();
    private readonly StringBuilder _shown = new();
    private FakeSpotify _fake = null!;
    private RecordingLoggerProvider _log = null!;
    private ServiceProvider _services = null!;

    private ClientCredentialsTokenProvider Provider => _services.GetRequiredService<ClientCredentialsTokenProvider>();

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        _log = Recording();
        _services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
            services.AddSpotifyClientCredentials(options =>
            {
                _fake.Configure(options);
                options.MaxRetryAttempts = 0;
            });
            services.AddHttpClient("api").AddSpotifyBearerToken();
        });
        _secrets.AddCredentials(_fake.ClientId, _fake.ClientSecret);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _log.Dispose();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task HappyPath_AndA401ThatHeals_ShowNoSecret()
    {
        (await _services.CreateClient("api").GetAsync(Track)).EnsureSuccessStatusCode();
        _fake.RevokeTokens();
        (await _services.CreateClient("api").GetAsync(Track)).EnsureSuccessStatusCode();

        Assert.Equal(2, _fake.TokenRequests.Count);
        await AssertNoSecretShownAsync();
    }

    [Fact]
    public async Task InvalidCredentials_AnsweredWithAnEcho_ShowNoSecret()
    {
        _fake.TokenAnswer = Refusal(_fake.ClientSecret, Basic, Uri.EscapeDataString(Basic));

        await CatchAsync();

        await AssertNoSecretShownAsync();
    }

    [Fact]
    public async Task RenewalAfterA401_RefusedWithAnEchoOfTheRejectedToken_ShowsNoSecret()
    {
        AccessToken token = await Provider.GetTokenAsync();
        Show(token);
        _fake.RevokeTokens();
        _fake.TokenAnswer = Refusal(token.Value, Convert.ToBase64String(Encoding.UTF8.GetBytes(token.Value)));

        await CatchAsync();

        await AssertNoSecretShownAsync();
    }

    [Fact]
    public async Task Outage_OfTheTokenEndpoint_ShowsNoSecret()
    {
        _fake.TokenAnswer = FakeAnswer.Reset;

        await CatchAsync();

        await AssertNoSecretShownAsync();
    }

    [Fact]
    public async Task Answer_WithATokenThatIsNoBearer_ShowsNoSecret()
    {
        _secrets.Add("unusable token", "unusable-token-of-type-mac");
        _fake.TokenAnswer = FakeAnswer.Json(
            """{"access_token":"unusable-token-of-type-mac","token_type":"mac","error":"unusable-token-of-type-mac","expires_in":3600}""");

        await CatchAsync();

        await AssertNoSecretShownAsync();
    }

    [Fact]
    public void Options_ShownInAnyWay_ShowNoSecret()
    {
        SpotifyClientCredentialsOptions options = new();
        _fake.Configure(options);

        Show(options);

        Assert.Contains(_fake.ClientId, _shown.ToString(), StringComparison.Ordinal); // JSON and the debugger were looked at
        _secrets.AssertNoneIn(_shown.ToString());
    }

    private string Basic => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_fake.ClientId}:{_fake.ClientSecret}"));

    private static RecordingLoggerProvider Recording() => new();

    private static FakeAnswer Refusal(params string[] echoes) => FakeAnswer.Json(
        $$"""{"error":"invalid_client","error_description":"{{string.Join(' ', echoes)}}"}""", HttpStatusCode.BadRequest).WithHeader("X-Echo", echoes);

    // The first fails by the request, the second by the cooldown, the third through the client.
    private async Task CatchAsync()
    {
        if (_fake.TokenRequests.Count == 0)
        {
            Show(await Assert.ThrowsAsync<TokenRequestException>(async () => await Provider.GetTokenAsync()));
            Show(await Assert.ThrowsAsync<TokenRequestException>(async () => await Provider.GetTokenAsync()));
        }

        Show(await Assert.ThrowsAsync<TokenRequestException>(() => _services.CreateClient("api").GetAsync(Track)));
    }

    private async Task AssertNoSecretShownAsync()
    {
        _fake.TokenAnswer = null;
        foreach (RecordedRequest request in _fake.ApiRequests)
        {
            _secrets.Add("token", request.Headers["Authorization"]["Bearer ".Length..]);
        }

        Show(Provider);
        Show(Assert.Single(_services.BearerHandlers("api")));
        if (_fake.ApiRequests.Count > 0 && !_shown.ToString().Contains(nameof(TokenRequestException), StringComparison.Ordinal))
        {
            AccessToken token = await Provider.GetTokenAsync();
            _secrets.Add("token", token.Value);
            Show(token);
        }

        string shown = _shown + _log.Text;
        Assert.Contains(_fake.ClientId, shown, StringComparison.Ordinal); // of the options, through the provider, in the debugger
        Assert.Contains(_log.Entries, entry => entry.Category == typeof(ClientCredentialsTokenProvider).FullName);
        Assert.Contains(_log.Entries, entry => entry.Message.Contains("Authorization: *", StringComparison.Ordinal));
        _secrets.AssertNoneIn(shown);
    }

    private void Show(object value)
    {
        _shown.AppendLine(value.ToString()).AppendLine(DebuggerView.Of(value)).AppendLine(Json(value));
        for (Exception? exception = value as Exception; exception is not null; exception = exception.InnerException)
        {
            foreach (DictionaryEntry entry in exception.Data)
            {
                _shown.Append(entry.Key).Append(" = ").Append(entry.Value).AppendLine();
            }
        }
    }

    // System.Text.Json refuses exceptions as a whole.
    private static string Json(object value) => value is TokenRequestException e
        ? JsonSerializer.Serialize(new { e.Message, e.Error, e.ErrorDescription, e.RetryAfter, e.StatusCode, e.TokenEndpointStatusCode, e.HelpLink, e.Source })
        : JsonSerializer.Serialize(value, value.GetType());
}
