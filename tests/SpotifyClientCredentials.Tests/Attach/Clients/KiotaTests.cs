using Microsoft.Extensions.DependencyInjection;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Microsoft.Kiota.Serialization.Json;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

public sealed class KiotaTests
{
    [Fact]
    public async Task Kiota_OverTheHandler_CarriesTheTokenAndRetriesA401()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        using HttpClientRequestAdapter adapter = Adapter(app.Api);

        await ClientContract.AssertAsync(app.Fake, () => GetTrackNameAsync(adapter));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kiota_WithItsHandlersOutsideOrInside_CarriesTheTokenAndRetriesA401(bool areOutside)
    {
        await using SpotifyApp app = await StartAsync(areOutside);
        using HttpClientRequestAdapter adapter = Adapter(app.Api);

        await ClientContract.AssertAsync(app.Fake, () => GetTrackNameAsync(adapter));
    }

    /// <summary>Kiota's retry handler sends a copy of the message, including the header of the first attempt.</summary>
    [Fact]
    public async Task Kiota_WithARetryHandlerThatCopiesTheMessage_StillRetriesA401()
    {
        await using SpotifyApp app = await StartAsync(areOutside: true);
        using HttpClientRequestAdapter adapter = Adapter(app.Api);
        app.Fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml.WithHeader("Retry-After", "0").WaitFor(_ =>
        {
            app.Fake.RevokeTokens();
            return Task.CompletedTask;
        }));

        Assert.Equal("Never Late for the Tide", await GetTrackNameAsync(adapter).Within());
        Assert.Equal(2, app.Fake.TokenRequests.Count);
        Assert.Equal(3, app.Fake.ApiRequests.Count);
    }

    private static Task<SpotifyApp> StartAsync(bool areOutside) => SpotifyApp.StartAsync(outside: client =>
    {
        if (!areOutside)
        {
            client.AddSpotifyBearerToken();
        }

        client.ConfigureAdditionalHttpMessageHandlers((handlers, _) =>
        {
            foreach (DelegatingHandler handler in KiotaClientFactory.CreateDefaultHandlers())
            {
                handlers.Add(handler);
            }
        });
    });

    private static HttpClientRequestAdapter Adapter(HttpClient client) => new(new AnonymousAuthenticationProvider(), new JsonParseNodeFactory(), httpClient: client);

    private static async Task<string?> GetTrackNameAsync(HttpClientRequestAdapter adapter)
    {
        RequestInformation request = new(
            Method.GET,
            "{+baseurl}/tracks/{id}",
            new Dictionary<string, object> { ["baseurl"] = adapter.BaseUrl!, ["id"] = "4cOdK2wGLETKBW3PvgPWqT" });
        return (await adapter.SendAsync(request, _ => new KiotaTrack()))?.Name;
    }

    private sealed class KiotaTrack : IParsable
    {
        public string? Name { get; private set; }

        public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => new Dictionary<string, Action<IParseNode>>
        {
            ["name"] = node => Name = node.GetStringValue(),
        };

        public void Serialize(ISerializationWriter writer) => throw new NotSupportedException();
    }
}
