using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace SpotifyClientCredentials.Configure;

/// <summary>What the client of the token request starts with, and what no client that carries a credential may log.</summary>
internal static class TokenClientDefaults
{
    /// <summary>Gives a client what sends one request and reads one response. The application's own configuration of the client overrides it.</summary>
    public static void AddTokenClientDefaults(this IHttpClientBuilder builder)
    {
        // What ConfigureHttpClientDefaults gives to all clients is here already, whenever it's called: .NET puts it before what one client is
        // given. Only its primary handler, such as one with a proxy, is for the token request.
        builder.Services.Configure<HttpClientFactoryOptions>(builder.Name, options => options.HttpClientActions.Clear());
        builder.ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
        // The library's own limit is TokenRequestTimeout, on the clock of its TimeProvider.
        builder.ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan);
        // .NET's loggers would show what a server repeats of the credentials.
        builder.RemoveAllLoggers();
        // First, so that a handler that the application configures, for this client or for all, replaces it.
        builder.PostConfigure(options => options.HttpMessageHandlerBuilderActions.Insert(0, handler => handler.PrimaryHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxResponseDrainSize = 0,
        }));
        builder.NeverLogAuthorization();
    }

    /// <summary>Leaves Authorization out of the client's logs, and every other header as it is.</summary>
    // RedactLoggedHeaders would be simpler, but it replaces the predicate, and so shows all other headers if all are redacted.
    public static void NeverLogAuthorization(this IHttpClientBuilder builder) => builder.PostConfigure(options =>
    {
        Func<string, bool> others = options.ShouldRedactHeaderValue;
        options.ShouldRedactHeaderValue = header => others(header) || header.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
    });

    // The builder that ConfigureHttpClientDefaults passes has no name, which means every client here too.
    private static void PostConfigure(this IHttpClientBuilder builder, Action<HttpClientFactoryOptions> configure) =>
        builder.Services.PostConfigure(builder.Name, configure);
}
