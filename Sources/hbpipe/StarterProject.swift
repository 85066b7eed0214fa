/// The files that `hbpipe init` writes: the smallest site that shows every kind of stage.
enum StarterProject {
  static let files: [(path: String, text: String)] = [
    ("pipeline.yaml", pipeline), (".hbignore", ignored), (".gitignore", gitIgnored),
    ("uploads/posts/2024-01-01-hello.md", post), ("uploads/images/sunrise.svg", picture),
    ("uploads/theme/post.html", postTemplate), ("uploads/theme/list.html", listTemplate),
    ("uploads/theme/partials/head.html", head), ("uploads/theme/static/site.css", css),
  ]

  private static let pipeline = """
    version: 1

    # Every template sees these values as `site`.
    site: { title: My site, url: https://example.org, language: en }

    stages:
      images: { uses: image, from: "uploads/images/**/*.{jpg,jpeg,png,gif,svg,webp}", to: public/images, widths: [480, 700, 1024, 1400], formats: [webp, original] }
      posts:  { uses: page, from: "uploads/posts/*.md", to: "public/blog/{slug}/index.html", template: uploads/theme/post.html, images: images }
      index:  { uses: list, of: posts, to: public/index.html, template: uploads/theme/list.html }
      static: { uses: copy, from: "uploads/theme/static/**", to: public }

    """

  private static let ignored = """
    # Files that no glob of pipeline.yaml takes, in gitignore's syntax.
    .DS_Store
    Thumbs.db
    *.swp
    *~

    """

  private static let gitIgnored = """
    /public/
    /.hbcache/

    """

  private static let post = """
    ---
    title: Hello
    date: 2024-01-01
    description: The first post.
    tags: [first]
    ---

    Change this text and run `hbpipe repro`: one page is built, and nothing else.

    ![The sun over a hill](/uploads/images/sunrise.svg)

    """

  private static let picture = """
    <svg xmlns="http://www.w3.org/2000/svg" width="640" height="320" viewBox="0 0 640 320">
      <rect width="640" height="320" fill="#fde2c4"/>
      <circle cx="320" cy="210" r="80" fill="#f2994a"/>
      <path d="M0 250 Q160 170 320 230 T640 220 V320 H0 Z" fill="#3d5a50"/>
    </svg>

    """

  private static let head = """
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="/site.css">

    """

  private static let postTemplate = """
    <!doctype html>
    <html lang="{{site.language}}">
    <head>
    {{> partials/head}}
    <title>{{page.title}} – {{site.title}}</title>
    </head>
    <body>
    <p><a href="/">{{site.title}}</a></p>
    <main>
    <h1>{{page.title}}</h1>
    {{{page.content}}}
    </main>
    </body>
    </html>

    """

  private static let listTemplate = """
    <!doctype html>
    <html lang="{{site.language}}">
    <head>
    {{> partials/head}}
    <title>{{list.title}}</title>
    </head>
    <body>
    <main>
    <h1>{{list.title}}</h1>
    <ul>
    {{#pages}}
    <li><a href="{{url}}">{{title}}</a> {{date.human}}</li>
    {{/pages}}
    </ul>
    </main>
    </body>
    </html>

    """

  private static let css = """
    :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.6; }
    body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
    img { max-width: 100%; height: auto; }

    """
}
