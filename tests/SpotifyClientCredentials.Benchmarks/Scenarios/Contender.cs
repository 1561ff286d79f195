using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>Sends one call to a path of the Web API.</summary>
internal delegate Task<HttpStatusCode> Call(string path, CancellationToken cancellationToken);

/// <summary>The library or an alternative to it, calling the Web API.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Connect">Creates the function that sends a call.</param>
internal sealed record Contender(string Name, Func<Access, Call> Connect)
{
    public const string Ours = "Ours";

    public static IReadOnlyList<Contender> All { get; } =
    [
        new(Ours, access => Calls(access, new BearerTokenHandler(Provider(access)))),
        new("Semaphore", access => Calls(access, new TokenHandler(new SemaphoreTokens(PlainRequest(access)).GetAsync))),
        new("FusionCache", access => Calls(access, new TokenHandler(new FusionCacheTokens(PlainRequest(access)).GetAsync))),
        new("AzureCore", CallsThroughAzureCore),
        new("Msal", access => Calls(access, new TokenHandler(
            new MsalTokens(access.TokenTransport(), access.TokenEndpoint, access.ClientId, access.ClientSecret).GetAsync))),
    ];

    private static ClientCredentialsTokenProvider Provider(Access access) => new(new HttpClient(access.TokenTransport()), new SpotifyClientCredentialsOptions
    {
        ClientId = access.ClientId,
        ClientSecret = access.ClientSecret,
        TokenEndpoint = access.TokenEndpoint,
        ApiBaseAddress = access.ApiBaseAddress,
    });

    private static PlainTokenRequest PlainRequest(Access access) =>
        new(new HttpClient(access.TokenTransport()), access.TokenEndpoint, access.ClientId, access.ClientSecret);

    private static Call Calls(Access access, DelegatingHandler handler)
    {
        handler.InnerHandler = Access.ApiTransport();
        HttpClient client = new(handler) { BaseAddress = access.ApiBaseAddress };
        return async (path, cancellationToken) =>
        {
            using HttpResponseMessage response = await client.GetAsync(path, cancellationToken);
            return response.StatusCode;
        };
    }

    private static Call CallsThroughAzureCore(Access access)
    {
        HttpPipeline pipeline = new(new HttpClientTransport(new HttpClient(Access.ApiTransport())), [AzureCoreTokens.PolicyFor(PlainRequest(access))]);
        return async (path, cancellationToken) =>
        {
            using Request request = pipeline.CreateRequest();
            request.Uri.Reset(new UriBuilder(new Uri(access.ApiBaseAddress, path)) { Scheme = Uri.UriSchemeHttps }.Uri);
            using Response response = await pipeline.SendRequestAsync(request, cancellationToken);
            return (HttpStatusCode)response.Status;
        };
    }
}
