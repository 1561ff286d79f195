using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Configure;

/// <summary>What holds for a client however its owner configures it, before or after: so all of it is post-configured.</summary>
internal static class TokenClientDefaults
{
    /// <summary>Keeps Authorization out of the client's logs and leaves every other header as it is.</summary>
    // RedactLoggedHeaders would be simpler, but it replaces the predicate, and so un-redacts all other headers where all are redacted.
    public static void NeverLogAuthorization(this IHttpClientBuilder builder) => PostConfigure(builder, options =>
    {
        Func<string, bool> others = options.ShouldRedactHeaderValue;
        options.ShouldRedactHeaderValue = header => others(header) || header.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
    });

    /// <summary>Lets the primary handler send one request and read one answer, and nothing else, and hides from logs what the answer echoes.</summary>
    public static void SendOnlyWhatIsAsked(this IHttpClientBuilder builder) => PostConfigure(builder, options =>
    {
        // First, so that whatever handler is configured for this client or for all of them takes its place.
        options.HttpMessageHandlerBuilderActions.Insert(0, handler => handler.PrimaryHandler = new SocketsHttpHandler());
        options.HttpMessageHandlerBuilderActions.Add(handler =>
        {
            PrimaryHandlerRestriction.Apply(handler.PrimaryHandler, handler.Services);
            handler.PrimaryHandler = new EchoRedactionHandler(handler.PrimaryHandler);
        });
    });

    private static void PostConfigure(IHttpClientBuilder builder, Action<HttpClientFactoryOptions> configure)
    {
        // The builder that ConfigureHttpClientDefaults hands out has no name.
        if (builder.Name is null)
        {
            builder.Services.PostConfigureAll(configure);
        }
        else
        {
            builder.Services.PostConfigure(builder.Name, configure);
        }
    }
}
