using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace SpotifyClientCredentials.Internal;

/// <summary>What holds for a client however its owner configures it, before or after: so all of it is post-configured.</summary>
internal static class HttpClientBuilderSafety
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
            RestrictOrRefuse(handler.PrimaryHandler, handler.Services.GetService<IMeterFactory>());
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

    private static void RestrictOrRefuse(HttpMessageHandler primary, IMeterFactory? meters)
    {
        try
        {
            Restrict(primary, meters);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(
                "Another client has used the primary handler of TokenClient already, so that it can no longer be kept from following redirects and "
                + "the like. Give TokenClient a handler of its own.", e);
        }
    }

    // Each is set only where it differs: a handler that has been used refuses to be set, even to what it is. The meter factory is .NET's to
    // set, but not where it finds a handler of ours in front.
    private static void Restrict(HttpMessageHandler primary, IMeterFactory? meters)
    {
        switch (primary)
        {
            case DelegatingHandler { InnerHandler: { } inner }:
                Restrict(inner, meters);
                break;

            case SocketsHttpHandler sockets:
                if (sockets.AllowAutoRedirect)
                {
                    sockets.AllowAutoRedirect = false;
                }

                if (sockets.UseCookies)
                {
                    sockets.UseCookies = false;
                }

                if (sockets.AutomaticDecompression != DecompressionMethods.None)
                {
                    sockets.AutomaticDecompression = DecompressionMethods.None;
                }

                if (sockets.MaxResponseDrainSize != 0)
                {
                    sockets.MaxResponseDrainSize = 0;
                }

                sockets.MeterFactory ??= meters;
                break;

            case HttpClientHandler client:
                if (client.AllowAutoRedirect)
                {
                    client.AllowAutoRedirect = false;
                }

                if (client.UseCookies)
                {
                    client.UseCookies = false;
                }

                if (client.AutomaticDecompression != DecompressionMethods.None)
                {
                    client.AutomaticDecompression = DecompressionMethods.None;
                }

                client.MeterFactory ??= meters;
                break;
        }
    }
}
