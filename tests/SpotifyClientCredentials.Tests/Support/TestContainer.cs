using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Service containers with strict validation, and the handlers of the clients that they create.</summary>
internal static class TestContainer
{
    public static ServiceProvider Build(Action<IServiceCollection> register)
    {
        ServiceCollection services = new();
        register(services);
        return services.BuildStrictly();
    }

    /// <summary>An additional logger for every container, or null if the whole run isn't watched.</summary>
    public static RecordingLoggerProvider? Watcher { get; set; }

    public static ServiceProvider BuildStrictly(this IServiceCollection services) =>
        Watched(services).BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });

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

    private static IServiceCollection Watched(IServiceCollection services)
    {
        if (Watcher is { } watcher)
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(watcher));
        }

        return services;
    }
}
