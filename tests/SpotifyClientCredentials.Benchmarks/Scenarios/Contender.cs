using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>The library or an alternative to it, calling one address of the Web API.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Connect">Creates the function that sends one call and returns its status code.</param>
internal sealed record Contender(string Name, Func<World, Func<CancellationToken, Task<HttpStatusCode>>> Connect)
{
    public const string Ours = "Ours";

    private const string Path = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    public static IReadOnlyList<Contender> All { get; } =
    [
        new(Ours, world => Calls(world, new BearerTokenHandler(Provider(world)))),
        new("Semaphore", world => Calls(world, new TokenHandler(new SemaphoreTokens(PlainRequest(world)).GetAsync))),
        new("FusionCache", world => Calls(world, new TokenHandler(new FusionCacheTokens(PlainRequest(world)).GetAsync))),
        new("AzureCore", CallsThroughAzureCore),
        new("Msal", world => Calls(world, new TokenHandler(
            new MsalTokens(world.TokenTransport(), world.Fake.TokenEndpoint, world.Fake.ClientId, world.Fake.ClientSecret).GetAsync))),
    ];

    private static ClientCredentialsTokenProvider Provider(World world)
    {
        SpotifyClientCredentialsOptions options = new();
        world.Fake.Configure(options);
        return new ClientCredentialsTokenProvider(new HttpClient(world.TokenTransport()), options);
    }

    private static PlainTokenRequest PlainRequest(World world) =>
        new(new HttpClient(world.TokenTransport()), world.Fake.TokenEndpoint, world.Fake.ClientId, world.Fake.ClientSecret);

    private static Func<CancellationToken, Task<HttpStatusCode>> Calls(World world, DelegatingHandler handler)
    {
        handler.InnerHandler = World.ApiTransport();
        HttpClient client = new(handler) { BaseAddress = world.Fake.ApiBaseAddress };
        return async cancellationToken =>
        {
            using HttpResponseMessage response = await client.GetAsync(Path, cancellationToken);
            return response.StatusCode;
        };
    }

    private static Func<CancellationToken, Task<HttpStatusCode>> CallsThroughAzureCore(World world)
    {
        Uri address = new UriBuilder(new Uri(world.Fake.ApiBaseAddress, Path)) { Scheme = Uri.UriSchemeHttps }.Uri;
        HttpPipeline pipeline = new(new HttpClientTransport(new HttpClient(World.ApiTransport())), [AzureCoreTokens.PolicyFor(PlainRequest(world))]);
        return async cancellationToken =>
        {
            using Request request = pipeline.CreateRequest();
            request.Uri.Reset(address);
            using Response response = await pipeline.SendRequestAsync(request, cancellationToken);
            return (HttpStatusCode)response.Status;
        };
    }
}
