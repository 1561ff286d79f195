using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>A token endpoint that echoes a secret literally, in each place of a response.</summary>
[Collection(NonParallel.Name)]
public sealed class EchoTests : IDisposable
{
    // 33 characters, so that the Basic value has no padding, which a media type can't contain.
    private const string ClientSecret = "b7c1d6f0a9e84e5fb3d2c1a0f9e8d7c6b";

    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["client secret"] = ClientSecret,
        ["Basic value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TestOptions.ClientId}:{ClientSecret}")),
        ["rejected token"] = "BQ-t0k3n_t0k3n-t0k3n",
    };

    private static readonly Dictionary<string, string> SecretsAndNewToken = new(Secrets) { ["new token"] = "BQ-n3wt0k3n_n3wt0k3n" };

    private readonly Observation _observation = new();
    private readonly Spans _spans = new();

    public EchoTests()
    {
        foreach ((string name, string secret) in SecretsAndNewToken)
        {
            _observation.Secrets.Add(name, secret);
        }
    }

    public static TheoryData<string, string> WellFormed => EachIn(EchoingResponses.WellFormed.Keys, Secrets.Keys);

    public static TheoryData<string, string> Malformed => EachIn(EchoingResponses.Malformed.Keys, SecretsAndNewToken.Keys);

    public void Dispose()
    {
        _spans.Dispose();
        _observation.Dispose();
    }

    [Theory]
    [MemberData(nameof(WellFormed))]
    public async Task Echo_InAWellFormedResponse_IsShownInNoChannel(string secret, string place)
    {
        TokenRequestException failure = await FailAsync(secret, place);

        Assert.Equal(EchoingResponses.Shown.Contains(place), failure.Message.Contains("[redacted]", StringComparison.Ordinal));
        _observation.AssertNoLeak("log", "exception", "activity", "metric", "System.Net.Http", "System.Net.Sockets");
    }

    /// <remarks>What .NET itself shows of such a response, in its activity and event source, is a limit: see <see cref="NetDiagnosticsTests"/>.</remarks>
    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Echo_InAMalformedResponse_IsInNothingThatTheLibraryShows(string secret, string place)
    {
        TokenRequestException failure = await FailAsync(secret, place);

        Activity span = _spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName)[1];
        string tags = string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal(failure.InnerException!.Message, span.StatusDescription);
        Assert.EndsWith(failure.Message, Assert.Single(_observation.Log.Events(3)).Message, StringComparison.Ordinal);
        _observation.Secrets.AssertNoneIn($"{failure} {span.StatusDescription} {tags}");
        Assert.Empty(_observation.Leaks.Except(["System.Net.Http", "activity"]));
    }

    /// <summary>Gets a token, rejects it, and shows the failure of the second token request, whose response contains the echo.</summary>
    private async Task<TokenRequestException> FailAsync(string secret, string place)
    {
        int requests = 0;
        await using RawServer endpoint = new(connection => connection.SendAsync(
            Interlocked.Increment(ref requests) == 1 ? EchoingResponses.Grant(Secrets["rejected token"]) : EchoingResponses.In(place, SecretsAndNewToken[secret])));
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_observation.Log));
            services.AddSpotifyClientCredentials(options =>
            {
                (options.ClientId, options.ClientSecret, options.TokenEndpoint) = (TestOptions.ClientId, ClientSecret, endpoint.Address);
            });
        });
        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();
        AccessToken rejected = await provider.GetTokenAsync();

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => provider.GetTokenAsync(rejected).AsTask()).Within();

        _observation.Show(failure);
        await Soon.UntilAsync(() => _spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName).Count == 2);
        return failure;
    }

    private static TheoryData<string, string> EachIn(IEnumerable<string> places, IEnumerable<string> secrets)
    {
        TheoryData<string, string> all = [];
        foreach (string place in places)
        {
            foreach (string secret in secrets)
            {
                all.Add(secret, place);
            }
        }

        return all;
    }
}
