using Microsoft.Extensions.DependencyInjection;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Containers as strict as they come, and a look at the clients that they make.</summary>
internal static class TestContainer
{
    public static ServiceProvider Build(Action<IServiceCollection> register)
    {
        ServiceCollection services = new();
        register(services);
        return services.BuildStrictly();
    }

    public static ServiceProvider BuildStrictly(this IServiceCollection services) =>
        services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });

    public static HttpClient CreateClient(this IServiceProvider services, string name) =>
        services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>The handlers of a client, outermost first.</summary>
    public static IReadOnlyList<HttpMessageHandler> Handlers(this IServiceProvider services, string clientName)
    {
        List<HttpMessageHandler> handlers = [];
        HttpMessageHandler? handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(clientName);
        while (handler is not null)
        {
            handlers.Add(handler);
            handler = (handler as DelegatingHandler)?.InnerHandler;
        }

        return handlers;
    }

    public static IReadOnlyList<BearerTokenHandler> BearerHandlers(this IServiceProvider services, string clientName) =>
        [.. services.Handlers(clientName).OfType<BearerTokenHandler>()];
}
