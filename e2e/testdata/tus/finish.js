// Finishes the upload at an address with a stock tus client: node finish.js FILE ADDRESS TOKEN CHUNK
const fs = require('node:fs')
const tus = require('tus-js-client')

const [file, uploadUrl, token, chunk] = process.argv.slice(2)
const upload = new tus.Upload(fs.createReadStream(file), {
  uploadUrl,
  headers: { Authorization: 'Bearer ' + token },
  chunkSize: Number(chunk),
  uploadSize: fs.statSync(file).size,
  retryDelays: [0, 200],
  onError: (error) => {
    console.error(String(error))
    process.exit(1)
  },
  onSuccess: () => console.log('done'),
})
upload.start()
