using System.CodeDom.Compiler;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Limit;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>What each type of the packages shows of itself. For a new type or member, decide it here.</summary>
[Collection(NonParallel.Name)]
public sealed class ShownTypesTests
{
    [Fact]
    public async Task Serialize_OfEachPublicType_WritesTheExpectedMembersAndNoSecret()
    {
        await using ObservedApp app = await ObservedApp.StartAsync();
        (await app.Api.GetAsync(SpotifyApp.Track)).EnsureSuccessStatusCode();
        AccessToken token = await app.Provider.GetTokenAsync();
        app.Observation.Secrets.Add("token", token.Value);
        SpotifyClientCredentialsOptions options = new();
        app.Fake.Configure(options);

        Dictionary<Type, (object Instance, string[] Members)> expected = new()
        {
            [typeof(AccessToken)] = (token, ["ExpiresOn"]),
            [typeof(SpotifyClientCredentialsOptions)] = (options,
                ["ApiBaseAddress", "ClientId", "RenewalWindow", "RequireHttps", "TokenEndpoint", "TokenRequestTimeout"]),
            [typeof(SpotifyRateLimitOptions)] = (new SpotifyRateLimitOptions(), ["MaxWait"]),
            [typeof(TokenSharingOptions)] = (new TokenSharingOptions(), ["Cache", "StoreTimeout", "TryAcquireLock"]),
            [typeof(ClientCredentialsTokenProvider)] = (app.Provider, []),
            [typeof(BearerTokenHandler)] = (new BearerTokenHandler(app.Provider), ["InnerHandler"]),
            [typeof(FakeSpotify)] = (app.Fake,
            [
                "ApiBaseAddress", "ApiLatency", "ApiRequests", "ApiResponder", "ApiResponse", "ClientId", "QuotaMode", "RateLimitedPath",
                "RateLimitedUntil", "TokenActivationDelay", "TokenEndpoint", "TokenEndpointDownUntil", "TokenLatency", "TokenLifetime",
                "TokenRequests", "TokenResponder", "TokenResponse", "UnauthorizedInterval",
            ]),
            [typeof(RecordedRequest)] = (app.Fake.TokenRequests[0], ["Method", "ReceivedAt"]),
            // Shows a test what the test itself put into it.
            [typeof(FakeResponse)] = (FakeResponse.InvalidClient, ["Body", "Delay", "Headers", "StatusCode"]),
            // System.Text.Json supports neither, because an exception refers to a method and a service collection to types.
            [typeof(TokenRequestException)] = (await Thrown(), []),
            [typeof(SpotifyClientCredentialsBuilder)] = (app.Builder, []),
        };

        Assert.Equal(
            typeof(AccessToken).Assembly.GetExportedTypes().Concat(typeof(FakeSpotify).Assembly.GetExportedTypes())
                .Where(type => !(type.IsAbstract && type.IsSealed) && !type.IsEnum).Select(type => type.Name).Order(),
            expected.Keys.Select(type => type.Name).Order());
        Assert.All(expected.Values, shown =>
        {
            string json = ObjectRecorder.Json(shown.Instance);
            app.Observation.Secrets.AssertNoneIn(json);
            Assert.Equal(shown.Members, MembersOf(json));
        });
    }

    [Fact]
    public void ToString_OfEachType_IsOverriddenByThese()
    {
        // Records print their members, whose types are in this list too. BearerHeaderValue prints the header, as SECURITY.md says.
        string[] expected =
        [
            nameof(AccessToken), nameof(AcquiredToken), nameof(AcquisitionRequest), nameof(AcquisitionResult), nameof(BearerHeaderValue), nameof(Backoff), nameof(FakeResponse),
            nameof(FakeSpotify), nameof(FetchLockResult), nameof(CachedToken), nameof(Deadline), nameof(RateLimitScope), nameof(RecordedRequest), nameof(ForcedRenewals), nameof(Refusal),
            nameof(StoreLookup), nameof(TokenCall), nameof(TokenDecision), nameof(TokenRequestException), nameof(TokenState),
        ];

        Assert.Equal(expected.Order(StringComparer.Ordinal), TypesWithToString().Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ToString_OfEachRecord_PrintsNoStringButThePathOfARequest() =>
        Assert.Equal(
            ["CachedToken.AcceptedOn", "Refusal.Path"],
            TypesWithToString()
                .Where(type => type.GetMethod("<Clone>$") is not null || type.IsValueType)
                .SelectMany(type => type.GetProperties())
                .Where(member => member.PropertyType == typeof(string))
                .Select(member => $"{member.DeclaringType!.Name}.{member.Name}"));

    // Not the internal types of the testing package, which contain an invented catalogue.
    private static IEnumerable<Type> TypesWithToString() => typeof(AccessToken).Assembly.GetTypes().Concat(typeof(FakeSpotify).Assembly.GetExportedTypes()).Where(type =>
        !type.IsEnum && !type.IsInterface && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && !type.IsDefined(typeof(GeneratedCodeAttribute), inherit: false)
        && type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType is { } declaring && declaring != typeof(object) && declaring != typeof(ValueType));

    private static string[] MembersOf(string json) => json.StartsWith('{')
        ? [.. JsonDocument.Parse(json).RootElement.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)]
        : [];

    private static async Task<TokenRequestException> Thrown()
    {
        using TestProvider provider = new();
        return await provider.FailAsync(Failures.Permanent());
    }
}
